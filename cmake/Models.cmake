# The SDE models. Adding one: its header in include/losscast/model/, its test, and one line here.
# Each line: the C++ type, a ModelSpec of losscast/model/dynamics.hpp, and the header that defines it. The order is that
# of `losscast list models`.
set(LOSSCAST_MODELS
  "AdamW adamw"
  "Power power"
  "Spectral spectral")

# Instantiates TEMPLATE (a file with @MODEL_TYPE@ and @MODEL_HEADER@) once per model; appends the files to OUT.
function(losscast_for_each_model template suffix out)
  set(generated)
  foreach(entry IN LISTS LOSSCAST_MODELS)
    separate_arguments(entry UNIX_COMMAND "${entry}")
    list(GET entry 0 MODEL_TYPE)
    list(GET entry 1 MODEL_HEADER)
    get_filename_component(stem ${template} NAME_WE)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${stem}_${MODEL_TYPE}${suffix})
    configure_file(${template} ${file} @ONLY)
    list(APPEND generated ${file})
  endforeach()
  set(${out} ${generated} PARENT_SCOPE)
endfunction()

# Joins PATTERN, with each model's type for "TYPE", into OUT.
function(losscast_model_lines pattern out)
  set(lines)
  foreach(entry IN LISTS LOSSCAST_MODELS)
    separate_arguments(entry UNIX_COMMAND "${entry}")
    list(GET entry 0 type)
    string(REPLACE "TYPE" ${type} line "${pattern}")
    string(APPEND lines "${line}\n")
  endforeach()
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# The #include lines of all models' headers, into OUT.
function(losscast_model_includes out)
  set(includes)
  foreach(entry IN LISTS LOSSCAST_MODELS)
    string(REGEX REPLACE "^.* " "" header "${entry}")
    list(APPEND includes "#include \"losscast/model/${header}.hpp\"")
  endforeach()
  list(REMOVE_DUPLICATES includes)
  list(JOIN includes "\n" includes)
  set(${out} "${includes}\n" PARENT_SCOPE)
endfunction()
