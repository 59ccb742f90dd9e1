# What `cmake --install` gives: the program, the library, its headers, and the package for find_package(losscast).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/losscast)

install(TARGETS losscast_program RUNTIME)
install(TARGETS losscast EXPORT losscastTargets ARCHIVE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/losscast DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp")

install(EXPORT losscastTargets NAMESPACE losscast:: DESTINATION ${package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/losscastConfig.cmake.in losscastConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(losscastConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/losscastConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/losscastConfigVersion.cmake
        DESTINATION ${package_dir})
