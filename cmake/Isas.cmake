# The CPU instruction sets that numerics are compiled for, each in a namespace of its own, chosen at run time.
set(LOSSCAST_ISAS generic)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND LOSSCAST_ISAS avx2 avx512)
endif()
set(LOSSCAST_FLAGS_generic "")
set(LOSSCAST_FLAGS_avx2 -mavx2 -mfma)
set(LOSSCAST_FLAGS_avx512 -mavx2 -mfma -mavx512f -mavx512dq -mavx512vl -mavx512bw -mprefer-vector-width=512)

# losscast_compile_for_each_isa(TARGET PREFIX SOURCES file... [LIBRARIES target...]): compiles the sources once per
# instruction set, as object libraries PREFIX_ISA that see the headers of the libraries, and adds them to TARGET.
function(losscast_compile_for_each_isa target prefix)
  cmake_parse_arguments(PARSE_ARGV 2 isas "" "" "SOURCES;LIBRARIES")
  foreach(isa IN LISTS LOSSCAST_ISAS)
    add_library(${prefix}_${isa} OBJECT ${isas_SOURCES})
    target_link_libraries(${prefix}_${isa} PRIVATE losscast_options ${isas_LIBRARIES})
    target_compile_definitions(${prefix}_${isa} PRIVATE LOSSCAST_ISA=${isa} LOSSCAST_NO_CONTRACTS)
    target_compile_options(${prefix}_${isa} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-O3> ${LOSSCAST_FLAGS_${isa}})
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${prefix}_${isa}>)
  endforeach()
endfunction()
