# Unity builds: several sources of a target are compiled as one, which reads and instantiates what they all include once.
# From scratch that takes half the time; a change of one source compiles the others again. Each source includes what it
# uses all the same, and must compile without.
option(LOSSCAST_UNITY "Compile several sources of a room at once: sooner from scratch, later after a change" OFF)

# losscast_unity(TARGET [ALONE source...]): compiles the sources of TARGET in batches, but those ALONE by themselves:
# they use a name for something of their own that another source of TARGET uses too.
function(losscast_unity target)
  cmake_parse_arguments(PARSE_ARGV 1 unity "" "" "ALONE")
  if(LOSSCAST_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${unity_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()
