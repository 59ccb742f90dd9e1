# cmake -DNM=... -DISA=avx512 -DOBJECTS=a.o|b.o -P isa_symbols.cmake
#
# Fails if an object file that is compiled for one instruction set defines a global symbol outside that set's namespace.
# Such a symbol (an inline function of the standard library, say) is weak: the linker keeps one copy for the whole
# program, perhaps this one, and the program then dies on a CPU without these instructions.
if(NOT NM)
  message("SKIPPED: there is no nm to list symbols with")
  return()
endif()

string(REPLACE "|" ";" objects "${OBJECTS}")
string(LENGTH "${ISA}" length)
set(checked 0)
set(strangers "")
foreach(object IN LISTS objects)
  execute_process(COMMAND ${NM} --defined-only --extern-only --format=posix ${object}
                  OUTPUT_VARIABLE listing COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^\n]+" lines "${listing}")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE " .*" "" symbol "${line}")
    math(EXPR checked "${checked} + 1")
    # Mangled names: losscast::ISA::..., with or without a template's or an array's prefix.
    if(NOT symbol MATCHES "^_Z[A-Z]*N?K?8losscast${length}${ISA}")
      string(APPEND strangers "  ${symbol} in ${object}\n")
    endif()
  endforeach()
endforeach()

if(checked EQUAL 0)
  message(FATAL_ERROR "No symbol was found: the check is not looking at the kernels")
elseif(strangers)
  message(FATAL_ERROR "Symbols outside the namespace losscast::${ISA}:\n${strangers}")
endif()
message("${checked} symbols, all in losscast::${ISA}")
