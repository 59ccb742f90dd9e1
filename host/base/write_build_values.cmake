# Writes build_values.hpp, at every build and only if it changes, so that the revision is that of what is compiled.
# Arguments: SOURCE_DIR, GIT (may be empty), VERSION, BUILD, TEMPLATE, OUTPUT.
set(REVISION "unknown")
if(GIT)
  # An empty prefix means that SOURCE_DIR is the top of a checkout: a tarball unpacked inside another project's checkout
  # must not take that project's revision for its own.
  execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} rev-parse --show-prefix
                  OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE not_a_checkout)
  if(not_a_checkout EQUAL 0 AND prefix STREQUAL "")
    execute_process(COMMAND ${GIT} -C ${SOURCE_DIR} describe --always --dirty --abbrev=40 --exclude=*
                    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE no_commit)
    if(no_commit EQUAL 0)
      set(REVISION ${described})
    endif()
  endif()
endif()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
