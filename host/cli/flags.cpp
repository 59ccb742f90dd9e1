#include "cli/flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "cli/cxxopts_options.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

std::string see_help(const Command& command) { return fmt::format("see `losscast {} --help`", command.name); }

// Of the command's name: as many as stand between the program's and the first flag.
std::size_t words_of(const Command& command) { return command.name.find(' ') == std::string::npos ? 1 : 2; }

std::string_view without_blanks(std::string_view word) {
  const std::size_t begin = word.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return word.substr(begin, word.find_last_not_of(' ') + 1 - begin);
}

bool looks_like_a_flag(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

[[noreturn]] void fail_unknown_flag(const Command& command, const std::string& word) {
  std::vector<std::string> known = {"--help"};
  for (const Flag& flag : command.flags) known.push_back("--" + flag.name);
  const std::string name = word.substr(0, word.find('='));
  throw InputError(fmt::format("unknown flag {}", name),
                   fmt::format("`losscast {}` has: {}", command.name, fmt::join(known, ", ")),
                   suggestion(name, known, see_help(command), Quotes::none));
}

cxxopts::ParseResult parse(const Command& command, std::span<const char* const> arguments) {
  try {
    return cxxopts_options(command).parse(static_cast<int>(arguments.size()), arguments.data());
  } catch (const cxxopts::exceptions::exception& error) {
    throw InputError(error.what(), fmt::format("in the flags of `losscast {}`", command.name), see_help(command));
  }
}

// Whether the value was written behind the flag's "=", and so is no flag of its own.
bool has_word(std::span<const char* const> command_line, const cxxopts::KeyValue& given) {
  const std::string word = "--" + given.key() + "=" + given.value();
  return std::ranges::any_of(command_line, [&](std::string_view other) { return other == word; });
}

// A value that is given twice may be a slip, of which the last one would hide the first. Switches do no harm.
void require_once(const Flag& flag, const std::vector<std::string>& values) {
  if (values.size() < 2 || flag.placeholder.empty() || flag.placeholder.ends_with("...")) return;
  throw InputError(fmt::format("--{} is given {} times", flag.name, values.size()),
                   fmt::format("it takes one value, and here are {}", fmt::join(values, " and ")), "give it once");
}

}  // namespace

Flags::Flags(const Command& command, std::span<const char* const> command_line) : command_line_(command_line) {
  for (const Positional& positional : command.positionals) positionals_.insert(positional.name);
  const cxxopts::ParseResult parsed = parse(command, command_line.subspan(words_of(command)));
  for (const std::string& word : parsed.unmatched())
    if (looks_like_a_flag(word)) fail_unknown_flag(command, word);

  for (const cxxopts::KeyValue& given : parsed.arguments()) {
    const bool is_next_flag = given.value().starts_with("--") && !has_word(command_line, given);
    if (given.value().empty() || is_next_flag)
      throw InputError(fmt::format("{} has no value", spelling(given.key())),
                       fmt::format("it is followed by \"{}\"", given.value()), see_help(command));
    values_[given.key()].push_back(given.value());
  }
  for (const Flag& flag : command.flags) require_once(flag, all(flag.name));
  for (const cxxopts::KeyValue& standard : parsed.defaults()) values_[standard.key()] = {standard.value()};
  const auto drop_unless_on = [&](const std::string& name) {
    if (!parsed[name].as<bool>()) values_.erase(name);
  };
  drop_unless_on("help");
  for (const Flag& flag : command.flags)
    if (flag.placeholder.empty()) drop_unless_on(flag.name);
  if (has("help")) return;

  for (const Positional& positional : command.positionals)
    if (!has(positional.name) && positional.count != Positional::Count::at_most_one)
      throw InputError(fmt::format("{} is missing", positional.name),
                       fmt::format("`losscast {}` needs it: {}", command.name, positional.meaning), see_help(command));
  if (!parsed.unmatched().empty())
    throw InputError(fmt::format("the argument \"{}\" is one too many", parsed.unmatched().front()),
                     fmt::format("`losscast {}` takes {}", command.name, command.positionals.size()),
                     see_help(command));
}

std::vector<std::string> Flags::all(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> Flags::words(const std::string& name) const {
  std::vector<std::string> words;
  std::string_view rest = text(name);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (const std::string_view word = without_blanks(rest.substr(0, end)); !word.empty()) words.emplace_back(word);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return words;
}

std::int64_t Flags::whole_number(const std::string& name, std::int64_t low, std::int64_t high) const {
  const std::optional<double> value = parse_number(text(name));
  if (!value || *value != std::trunc(*value))
    fail(name, "this is no whole number", "it counts", "give one such as 1000");
  if (*value < static_cast<double>(low) || *value > static_cast<double>(high))
    fail(name, "this is out of range", fmt::format("it may be {} to {}", low, high), "give a number between them");
  return static_cast<std::int64_t>(*value);
}

double Flags::positive_number(const std::string& name) const {
  const std::optional<double> value = parse_number(text(name));
  if (!value || !std::isfinite(*value) || *value <= 0)
    fail(name, "this is no positive number", "nothing else makes sense here", "give one above 0");
  return *value;
}

double Flags::number_from_zero(const std::string& name) const {
  const std::optional<double> value = parse_number(text(name));
  if (!value || !std::isfinite(*value) || *value < 0)
    fail(name, "this is no number from 0", "nothing else makes sense here", "give one such as 0.1");
  return *value;
}

void Flags::fail(const std::string& name, std::string_view problem, std::string_view why,
                 std::string_view remedy) const {
  throw InputError(problem, why, remedy).at(fmt::format("{} {}", spelling(name), text(name)));
}

std::string Flags::spelling(const std::string& name) const { return (positionals_.contains(name) ? "" : "--") + name; }

void Flags::fail_choice(const std::string& name, std::span<const std::string> known) const {
  fail(name, "this is unknown", fmt::format("it may be: {}", fmt::join(known, ", ")),
       suggestion(text(name), known, "use one of these"));
}

}  // namespace losscast
