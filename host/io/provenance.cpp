#include "losscast/io/provenance.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <string_view>

#include "losscast/base/build_info.hpp"

namespace losscast {

namespace {

// The word as a POSIX shell reads it back: in single quotes unless it needs none.
std::string shell_word(std::string_view word) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./,:=+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + "'";
}

std::string now_in_utc() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace

Provenance make_provenance(std::span<const char* const> arguments, std::span<const std::filesystem::path> inputs,
                           std::string device) {
  Provenance provenance;
  for (const char* argument : arguments)
    provenance.command_line += (provenance.command_line.empty() ? "" : " ") + shell_word(argument);
  for (const std::filesystem::path& input : inputs) provenance.inputs.push_back(input.string());
  provenance.version = build_info().version;
  provenance.revision = build_info().revision;
  provenance.build = build_info().build;
  provenance.device = std::move(device);
  provenance.date = now_in_utc();
  return provenance;
}

}  // namespace losscast
