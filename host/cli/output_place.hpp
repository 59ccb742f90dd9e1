// Whether a result can be written where it is to go: asked before anything is computed.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

namespace losscast {

// Throws IoError with the path and the system's reason if `file` cannot be written, and InputError if it has been read,
// or is "-", which elsewhere means standard output: to be called once the inputs are known.
void require_writable_file(const std::filesystem::path& file);

// Whether the two, which may not be there yet, are one file.
bool is_same_place(const std::filesystem::path& one, const std::filesystem::path& other);

// A folder for results. Made, with those above it, if it is not there; what is still empty of that at the end, because
// there were no results, goes again.
class OutputFolder {
 public:
  // Throws IoError if files cannot be written in it, and InputError if one of `files`, which are to be written there,
  // has been read.
  OutputFolder(const std::filesystem::path& folder, std::span<const std::filesystem::path> files);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

 private:
  std::vector<std::filesystem::path> made_;  // deepest first
};

}  // namespace losscast
