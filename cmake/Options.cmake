# What every translation unit of the project is compiled with.
add_library(losscast_options INTERFACE)
target_compile_features(losscast_options INTERFACE cxx_std_20)

# Results are the same bits everywhere only if no compiler fuses a multiplication with an addition on its own:
# where a fused operation is wanted, the source says fma.
target_compile_options(losscast_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off -fno-math-errno -fno-trapping-math -Wall -Wextra -Wpedantic>
  $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false -Xcompiler=-ffp-contract=off -Xcompiler=-Wall>)

# Where sources are compiled together (Unity.cmake), a local name may be that of something in another source.
set(together $<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>)
target_compile_options(losscast_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:$<IF:${together},-Wshadow=local,-Wshadow>>)

# GCC 12 sees overlapping copies in correct concatenations of std::string (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(losscast_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()

# Preconditions are checked where LOSSCAST_EXPECTS states them (include/losscast/base/contract.hpp).
if(LOSSCAST_CONTRACTS)
  target_compile_definitions(losscast_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:LOSSCAST_CONTRACTS>)
endif()

if(LOSSCAST_WERROR)
  target_compile_options(losscast_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Werror> $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings -Xcompiler=-Werror>
    # A kernel whose states do not fit into registers is an error too.
    $<$<COMPILE_LANGUAGE:CUDA>:-Xptxas=--warn-on-spills,--warn-on-local-memory-usage,--warning-as-error>)
endif()
if(LOSSCAST_SANITIZE)
  target_compile_options(losscast_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=address,undefined -fno-omit-frame-pointer>)
  target_link_options(losscast_options INTERFACE -fsanitize=address,undefined)
endif()
if(LOSSCAST_FUZZ STREQUAL "libfuzzer")
  target_compile_options(losscast_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link>)
endif()

# What takes longer to optimise than to run.
add_library(losscast_quick_to_compile INTERFACE)
target_compile_options(losscast_quick_to_compile INTERFACE
  $<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang>:$<$<CONFIG:Release>:-O1>>)
