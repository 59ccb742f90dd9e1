#include "tests/structure/project_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

// Lines that include the header of every model.
std::string model_includes(const fs::path& project) {
  static const std::regex entry("\"\\w+ (\\w+)\"");
  const std::string text = text_of(project / "cmake" / "Models.cmake");
  std::string lines;
  for (std::sregex_iterator model(text.begin(), text.end(), entry), end; model != end; ++model)
    lines += "#include \"losscast/model/" + (*model)[1].str() + ".hpp\"\n";
  return lines;
}

std::string with_model_includes(const std::string& text, const std::string& includes) {
  static const std::regex mark("#include \"losscast/model/@MODEL_HEADER@.hpp\"\n|@LOSSCAST_MODEL_INCLUDES@");
  return std::regex_replace(text, mark, includes);
}

}  // namespace

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<SourceFile> source_files(const fs::path& project) {
  static const std::regex name(R"(.*\.(hpp|cpp|cuh|cu)(\.in)?)");
  const std::string includes = model_includes(project);
  std::vector<SourceFile> files;
  for (const char* folder : {"include", "host", "kernels"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(project / folder)) {
      if (!entry.is_regular_file() || !std::regex_match(entry.path().filename().string(), name)) continue;
      std::string text = text_of(entry.path());
      if (entry.path().extension() == ".in") text = with_model_includes(text, includes);
      files.push_back({entry.path().lexically_relative(project).generic_string(), std::move(text)});
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

Rooms rooms_of_build(const fs::path& project) {
  Rooms rooms = rooms_in_cmake(text_of(project / "kernels" / "CMakeLists.txt"));
  for (const fs::directory_entry& room : fs::directory_iterator(project / "host"))
    if (fs::exists(room.path() / "CMakeLists.txt"))
      rooms.merge(rooms_in_cmake(text_of(room.path() / "CMakeLists.txt")));
  return rooms;
}

}  // namespace losscast::test
