#include "bench/common/program.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <set>
#include <sstream>

#include "losscast/base/error.hpp"

namespace losscast::bench {
namespace {

int fail(ExitCode code, const std::string& message) {
  fmt::print(stderr, "{}\n", message);
  return static_cast<int>(code);
}

// Flags that count something: 1 or more. Others need not be there, and threads may be 0.
void check_counts(const cxxopts::ParseResult& given) {
  const std::set<std::string> counts = {"block", "decades", "draws", "paths", "repeats", "rows", "schedules", "steps"};
  for (const auto& flag : given.arguments()) {
    const long long least = counts.contains(flag.key()) ? 1 : 0;
    if (least == 0 && flag.key() != "threads") continue;
    std::istringstream parts(flag.value());  // some flags are lists
    for (std::string part; std::getline(parts, part, ',');)
      if (std::strtoll(part.c_str(), nullptr, 10) < least)
        throw InputError(fmt::format("--{} {} makes no sense", flag.key(), part), "it counts something",
                         fmt::format("give {} or more", least));
  }
}

}  // namespace

int run_program(int count, char** arguments, cxxopts::Options options, const std::vector<std::string>& positional,
                const std::function<void(const cxxopts::ParseResult&)>& body) {
  options.add_options()("json", "print one JSON object")("h,help", "print this");
  for (const std::string& name : positional) options.add_options()(name, "", cxxopts::value<std::string>());
  options.parse_positional(positional);
  options.positional_help(fmt::format("{}", fmt::join(positional, " ")));
  cxxopts::ParseResult given;
  try {
    given = options.parse(count, arguments);
  } catch (const std::exception& error) {
    return fail(ExitCode::usage_or_input, error.what());
  }
  if (given.count("help") > 0) {
    fmt::print("{}", options.help());
    return static_cast<int>(ExitCode::ok);
  }
  for (const std::string& name : positional)
    if (given.count(name) == 0)
      return fail(ExitCode::usage_or_input, fmt::format("{} is missing\n{}", name, options.help()));
  if (!given.unmatched().empty())
    return fail(ExitCode::usage_or_input,
                error_text(fmt::format("{} is unexpected", given.unmatched().front()), "see --help", "leave it out"));
  try {
    check_counts(given);
    body(given);
    return static_cast<int>(ExitCode::ok);
  } catch (const Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::exception& error) {
    return fail(ExitCode::internal_or_io, error.what());
  }
}

}  // namespace losscast::bench
