// A format of logs: how it is recognised, and how it is read.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "losscast/logs/log_table.hpp"

namespace losscast {

struct LogReader {
  std::string name;
  std::string summary;
  bool (*recognises)(std::string_view content);  // of a whole file
  // Throws InputError naming file and line.
  std::vector<LogTable> (*read)(const std::filesystem::path& file, std::string_view content);
};

// All of them. The first that recognises a file reads it: those with a mark that no other has come first.
std::span<const LogReader> log_readers();

}  // namespace losscast
