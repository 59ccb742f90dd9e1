// The flags and arguments of one command line, read with messages that name the flag.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.hpp"
#include "losscast/base/contract.hpp"

namespace losscast {

class Flags {
 public:
  // `command_line` is that of main(): the program's name, the command's, then its flags and arguments. Throws
  // InputError for unknown flags, with the nearest one, for missing values, for two of a flag that takes one, and for
  // missing or superfluous arguments; beside --help arguments may be missing.
  Flags(const Command& command, std::span<const char* const> command_line);

  std::span<const char* const> command_line() const { return command_line_; }

  // Whether the flag or argument was given, or has a default.
  bool has(const std::string& name) const { return values_.contains(name); }

  // The value, the last one of a flag that may be given several times. Precondition for this and what follows:
  // has(name).
  const std::string& text(const std::string& name) const {
    LOSSCAST_EXPECTS(has(name));
    return values_.at(name).back();
  }

  // All values of a flag that may be given several times; none if it was not.
  std::vector<std::string> all(const std::string& name) const;

  // The words of a list such as a,b,c or "a, b, c"; empty ones are left out.
  std::vector<std::string> words(const std::string& name) const;

  // The value as a number. Throws InputError naming the flag if it is none, or outside low to high.
  std::int64_t whole_number(const std::string& name, std::int64_t low, std::int64_t high = kLargestCount) const;
  double positive_number(const std::string& name) const;
  double number_from_zero(const std::string& name) const;

  // What the value stands for. Throws InputError naming the flag and the words if it is none of them.
  template <class Meaning, std::size_t N>
  Meaning choice(const std::string& name, const std::pair<std::string_view, Meaning> (&meanings)[N]) const {
    std::vector<std::string> known;
    for (const auto& [word, meaning] : meanings) {
      if (word == text(name)) return meaning;
      known.emplace_back(word);
    }
    fail_choice(name, known);
  }

  // Throws the InputError "--<name> <value>: <message>", or "<NAME> <value>: <message>" for an argument.
  [[noreturn]] void fail(const std::string& name, std::string_view problem, std::string_view why,
                         std::string_view remedy) const;

  // "--<name>", or "<NAME>" of an argument.
  std::string spelling(const std::string& name) const;

  static constexpr std::int64_t kLargestCount = std::int64_t{1} << 53;  // up to here a double counts exactly

 private:
  [[noreturn]] void fail_choice(const std::string& name, std::span<const std::string> known) const;

  std::span<const char* const> command_line_;
  std::set<std::string> positionals_;
  std::map<std::string, std::vector<std::string>> values_;  // a switch that was given has one, whatever it is
};

}  // namespace losscast
