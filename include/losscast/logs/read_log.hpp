/// \file
/// Reading a log, of whichever format it is.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "losscast/logs/log_table.hpp"

namespace losscast {

/// A format of logs.
struct LogFormat {
  std::string name;     ///< by which it is chosen
  std::string summary;  ///< one line: who writes it
};

/// All formats, in the order in which they are tried.
std::vector<LogFormat> log_formats();

/// The logs that a path stands for: the file itself; of a folder the event files of TensorBoard in it, by their names.
/// Throws InputError if it is a folder without any.
std::vector<std::filesystem::path> log_files(const std::filesystem::path& path);

/// Reads a log. Its format is recognised by the content, unless `format` names it. Several runs in one file are several
/// tables. Throws InputError naming the file, and the line where there is one: no such file or format, content of no
/// known format, a row that cannot be read.
std::vector<LogTable> read_log(const std::filesystem::path& file, std::string_view format = {});

}  // namespace losscast
