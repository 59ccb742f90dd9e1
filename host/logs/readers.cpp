// The list of formats. Adding one: its file NAME_log.cpp, and a declaration and a line here.
#include "losscast/logs/read_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "logs/reader.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

LogReader csv_log();
LogReader jsonl_log();
LogReader llmc_log();
LogReader megatron_log();
LogReader nanogpt_log();
LogReader tensorboard_csv_log();
LogReader tensorboard_log();
LogReader trainer_state_log();
LogReader wandb_panel_log();

std::span<const LogReader> log_readers() {
  static const LogReader list[] = {tensorboard_log(), trainer_state_log(),   jsonl_log(),
                                   wandb_panel_log(), tensorboard_csv_log(), megatron_log(),
                                   llmc_log(),        nanogpt_log(),         csv_log()};
  return list;
}

namespace {

constexpr std::size_t kSmallestEventFile = 12;  // bytes of a record's header

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const LogReader& reader : log_readers()) names.push_back(reader.name);
  return names;
}

bool is_named_like_events(const std::filesystem::path& file) {
  return file.filename().string().find("tfevents") != std::string::npos;
}

const LogReader& reader_of(const std::filesystem::path& file, std::string_view content) {
  for (const LogReader& reader : log_readers())
    if (reader.recognises(content)) return reader;
  if (is_named_like_events(file) && content.size() < kSmallestEventFile)
    throw InputError(fmt::format("the event file is cut off: it has {} bytes", content.size()),
                     "its first record alone has more", "copy it again from where it was written")
        .at(file.string());
  throw InputError("this is no log of a known format",
                   content.empty() ? std::string("the file is empty")
                                   : fmt::format("known are: {}", fmt::join(format_names(), ", ")),
                   "write it as a CSV file of step,lr,loss, or name its format with --format")
      .at(file.string());
}

const LogReader& named_reader(std::string_view format) {
  for (const LogReader& reader : log_readers())
    if (reader.name == format) return reader;
  throw InputError(fmt::format("there is no format \"{}\"", format),
                   fmt::format("there are: {}", fmt::join(format_names(), ", ")),
                   suggestion(format, format_names(), "name one of them"))
      .at("--format");
}

}  // namespace

std::vector<LogFormat> log_formats() {
  std::vector<LogFormat> formats;
  for (const LogReader& reader : log_readers()) formats.push_back({reader.name, reader.summary});
  return formats;
}

std::vector<std::filesystem::path> log_files(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return {path};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, ignored))
    if (is_named_like_events(entry.path()) && entry.is_regular_file(ignored)) files.push_back(entry.path());
  std::ranges::sort(files);
  if (files.empty())
    throw InputError("this folder holds no event files of TensorBoard",
                     "of a folder, only those named ...tfevents... are read",
                     "name the log in it, or the folder in it that holds the event files")
        .at(path.string());
  return files;
}

std::vector<LogTable> read_log(const std::filesystem::path& file, std::string_view format) {
  const LogReader* named = format.empty() ? nullptr : &named_reader(format);
  const std::string content = read_text_file(file);
  refuse_utf_16(file, content);
  return (named ? *named : reader_of(file, content)).read(file, content);
}

}  // namespace losscast
