// The project's own files, as they are in its folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/structure/include_graph.hpp"

namespace losscast::test {

std::string text_of(const std::filesystem::path& file);

// The C++ and CUDA files of include/, host/ and kernels/, and their templates (.in), sorted by path. In a template the
// marks for the models' headers are replaced by those that cmake/Models.cmake names.
std::vector<SourceFile> source_files(const std::filesystem::path& project);

// What the CMake files of host/ and kernels/ say that each room uses.
Rooms rooms_of_build(const std::filesystem::path& project);

}  // namespace losscast::test
