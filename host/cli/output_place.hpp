// Whether a result can be written where it is to go: asked before anything is computed.
#pragma once

#include <filesystem>
#include <vector>

namespace losscast {

// Throws IoError with the path and the system's reason if `file` cannot be written.
void require_writable_file(const std::filesystem::path& file);

// A folder for results. Made, with those above it, if it is not there; what is still empty of that at the end, because
// there were no results, goes again.
class OutputFolder {
 public:
  // Throws IoError if files cannot be written in it.
  explicit OutputFolder(const std::filesystem::path& folder);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

 private:
  std::vector<std::filesystem::path> made_;  // deepest first
};

}  // namespace losscast
