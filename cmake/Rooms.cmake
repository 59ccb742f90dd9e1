# Rooms: the parts of the library, each with walls. A room may include its own headers and those of the rooms that it
# uses, directly or through them; the headers of any other room are not on its include path.
#
# losscast_room(NAME [SOURCES file...] [ALONE file...] [SHARED header...] [USES room...] [LIBRARIES target...]
#               [PCH set])
#   SOURCES    of host/NAME; none for a room of headers alone
#   ALONE      those of SOURCES that are compiled by themselves (Unity.cmake)
#   SHARED     headers of host/NAME that other rooms may include too, as "NAME/header"
#   USES       the rooms that it needs
#   LIBRARIES  others' libraries, for its sources alone
#   PCH        the set of precompiled headers that its sources may use (Pch.cmake)
#
# It makes the target losscast_NAME, which shows whoever links to it include/losscast/NAME, the shared headers, and what
# the rooms used show; and losscast_NAME_objects, compiled from the sources. Behind each wall is a folder of links to the
# real files, in the build folder.
set(LOSSCAST_ROOMS_DIR ${PROJECT_BINARY_DIR}/rooms)

# The folder to put on an include path so that "NAME/header" finds SOURCE/header.
function(losscast_view name source out)
  set(view ${LOSSCAST_ROOMS_DIR}/${name}/private)
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${source} ${view}/${name} SYMBOLIC)
  set(${out} ${view} PARENT_SCOPE)
endfunction()

function(losscast_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "PCH" "SOURCES;ALONE;SHARED;USES;LIBRARIES")
  set(walls ${LOSSCAST_ROOMS_DIR}/${name})
  file(REMOVE_RECURSE ${walls})
  add_library(losscast_${name} INTERFACE)
  target_link_libraries(losscast_${name} INTERFACE losscast_options)
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/include/losscast/${name})
    file(MAKE_DIRECTORY ${walls}/public/losscast)
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/include/losscast/${name} ${walls}/public/losscast/${name} SYMBOLIC)
    target_include_directories(losscast_${name} INTERFACE ${walls}/public)
  endif()
  foreach(header IN LISTS room_SHARED)
    file(MAKE_DIRECTORY ${walls}/shared/${name})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${header} ${walls}/shared/${name}/${header} SYMBOLIC)
  endforeach()
  if(room_SHARED)
    target_include_directories(losscast_${name} INTERFACE ${walls}/shared)
  endif()
  foreach(used IN LISTS room_USES)
    target_link_libraries(losscast_${name} INTERFACE losscast_${used})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY LOSSCAST_ROOMS ${name})
  if(room_SOURCES)
    losscast_view(${name} ${CMAKE_CURRENT_SOURCE_DIR} private)
    add_library(losscast_${name}_objects OBJECT ${room_SOURCES})
    target_include_directories(losscast_${name}_objects PRIVATE ${private})
    target_link_libraries(losscast_${name}_objects PRIVATE losscast_${name} ${room_LIBRARIES})
    target_sources(losscast PRIVATE $<TARGET_OBJECTS:losscast_${name}_objects>)
    losscast_unity(losscast_${name}_objects ALONE ${room_ALONE})
    if(room_PCH)
      losscast_use_pch(losscast_${name}_objects ${room_PCH})
    endif()
  endif()
endfunction()

# Lets TARGET include the private headers of some rooms, as their tests and benchmarks do.
function(losscast_enter target)
  foreach(name IN LISTS ARGN)
    if(TARGET losscast_${name})
      target_link_libraries(${target} PRIVATE losscast_${name})
    endif()
    target_include_directories(${target} PRIVATE ${LOSSCAST_ROOMS_DIR}/${name}/private)
  endforeach()
endfunction()
