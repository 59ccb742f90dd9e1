# The reference of the public headers, by Doxygen: `cmake --build build/NAME --target doc` writes it to
# build/NAME/doc/html. What is public and undocumented is an error there, and in the test library.documentation
# (tests/CMakeLists.txt).
find_package(Doxygen 1.9.4 QUIET)
if(DOXYGEN_FOUND)
  configure_file(${PROJECT_SOURCE_DIR}/docs/Doxyfile.in ${PROJECT_BINARY_DIR}/Doxyfile @ONLY)
  add_custom_target(doc COMMAND Doxygen::doxygen ${PROJECT_BINARY_DIR}/Doxyfile VERBATIM
                    COMMENT "Rendering the reference of the public headers in ${PROJECT_BINARY_DIR}/doc/html")
endif()
