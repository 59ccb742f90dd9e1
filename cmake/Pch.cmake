# Precompiled headers: sets of headers that many sources include, compiled once. Each source includes what it uses all
# the same, and must compile without them (-DLOSSCAST_PCH=OFF). Sanitized builds never use them, and so find what a
# source forgot to include. Neither do debug builds: there, fmt/format.h switches optimisation on for a part of itself,
# and GCC does not take back what that defines when it reads a precompiled header.
# ccache needs CCACHE_SLOPPINESS=pch_defines,time_macros with them.
option(LOSSCAST_PCH "Precompile the headers that many sources include" ON)
set(LOSSCAST_HAS_PCH OFF)
if(LOSSCAST_PCH AND NOT LOSSCAST_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(LOSSCAST_HAS_PCH ON)
endif()

set(LOSSCAST_PCH_STANDARD <algorithm> <array> <cmath> <cstdint> <filesystem> <functional> <limits> <map> <memory>
                          <optional> <span> <string> <vector>)

# losscast_pch(SET HEADERS header... LIBRARIES target...): precompiles the headers, and the standard library's above,
# with the options that the libraries ask for.
function(losscast_pch set)
  cmake_parse_arguments(PARSE_ARGV 1 pch "" "" "HEADERS;LIBRARIES")
  if(LOSSCAST_HAS_PCH)
    set(empty ${CMAKE_CURRENT_BINARY_DIR}/empty_${set}.cpp)
    file(CONFIGURE OUTPUT ${empty} CONTENT "// Its target has a precompiled header, which others reuse.\n")
    add_library(losscast_pch_${set} OBJECT EXCLUDE_FROM_ALL ${empty})
    target_link_libraries(losscast_pch_${set} PRIVATE losscast_options ${pch_LIBRARIES})
    target_precompile_headers(losscast_pch_${set} PRIVATE ${LOSSCAST_PCH_STANDARD} ${pch_HEADERS})
  endif()
endfunction()

# Lets the sources of TARGET use the set. TARGET must be compiled with the options that the set was.
function(losscast_use_pch target set)
  if(LOSSCAST_HAS_PCH)
    target_precompile_headers(${target} REUSE_FROM losscast_pch_${set})
    # GCC 12 warns about the standard library's strings once they come from a precompiled header.
    set(warnings -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:${warnings}>")
  endif()
endfunction()

losscast_pch(format HEADERS <fmt/format.h> LIBRARIES fmt::fmt)
losscast_pch(json HEADERS <fmt/format.h> <nlohmann/json.hpp> LIBRARIES fmt::fmt nlohmann_json::nlohmann_json)
