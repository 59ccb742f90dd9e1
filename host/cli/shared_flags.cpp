#include "cli/shared_flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

#include "cli/output.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

std::vector<Flag> joined(std::initializer_list<std::vector<Flag>> groups) {
  std::vector<Flag> flags;
  for (const std::vector<Flag>& group : groups) flags.insert(flags.end(), group.begin(), group.end());
  return flags;
}

std::vector<Flag> json_flag() { return {{"json", "", "print one JSON object on standard output, nothing else"}}; }

std::vector<Flag> strict_flag() {
  return {{"strict", "",
           "exit with 4 if the answer is not to be relied on: doubts about the fit, runs far outside the training "
           "curves, nothing certified; it is given all the same"}};
}

void require_reliable(const Flags& flags, const std::vector<std::string>& reasons) {
  if (!flags.has("strict") || reasons.empty()) return;
  throw Error(ExitCode::failed_diagnostics, "the answer is not to be relied on",
              fmt::format("{}", fmt::join(reasons, "; ")), "it is given all the same; leave --strict out to accept it");
}

std::vector<Flag> threads_flag() {
  return {{"threads", "N", "CPU threads; the results do not depend on them (default: all cores)"}};
}

int read_threads(const Flags& flags) {
  constexpr int kMostThreads = 4096;
  return flags.has("threads") ? static_cast<int>(flags.whole_number("threads", 1, kMostThreads)) : 0;
}

std::vector<Flag> path_flags() {
  return {{"paths", "N", "simulated paths a schedule", "4096"},
          {"seed", "N", "of the random numbers: the same seed gives the same result", "1"}};
}

std::int64_t read_paths(const Flags& flags) {
  constexpr std::int64_t kFewest = 2;  // a standard error needs two
  return flags.whole_number("paths", kFewest, std::numeric_limits<std::int32_t>::max());
}

std::uint64_t read_seed(const Flags& flags) { return static_cast<std::uint64_t>(flags.whole_number("seed", 0)); }

std::vector<Flag> backend_flag() {
  return {
      {"backend", "NAME", "auto (the GPUs if there are any that work), cpu or cuda; the results are the same", "auto"}};
}

std::vector<Flag> backend_flags() {
  return joined({backend_flag(),
                 {{"math", "NAME", "reproducible (the same results everywhere), or fast: a GPU's own approximations",
                   "reproducible"}}});
}

MathMode read_math(const Flags& flags) {
  constexpr std::pair<std::string_view, MathMode> kModes[] = {{"reproducible", MathMode::reproducible},
                                                              {"fast", MathMode::fast}};
  return flags.choice("math", kModes);
}

Backend read_backend(const Flags& flags) {
  constexpr std::pair<std::string_view, Backend> kBackends[] = {
      {"auto", Backend::automatic}, {"cpu", Backend::cpu}, {"cuda", Backend::cuda}};
  return flags.choice("backend", kBackends);
}

Execution read_execution(const Flags& flags) {
  const auto warn = [](const std::string& problem) {
    report_warning(fmt::format("the CPU does the work of the GPU, which failed: {}", problem));
  };
  const MathMode math = flags.has("math") ? read_math(flags) : MathMode::reproducible;
  return {read_backend(flags), math, read_threads(flags), std::make_shared<GpuFallback>(warn)};
}

std::vector<Flag> precision_flags() {
  return {{"target-se", "S", "add paths until every mean's standard error of simulation is at most S nats"},
          {"max-path-steps", "N", "and spend at most so many path-steps"},
          {"max-seconds", "S", "and begin no round of paths that would end later"},
          {"rounds", "N", "and at most N rounds: repeats what --max-seconds stopped, on any machine"},
          {"levers", "LIST",
           "statistical levers that must be used: antithetic, conditional-mean, exact-jumps (default: those that apply "
           "and help)"},
          {"plain", "", "use none of them: independent paths only"}};
}

PrecisionGoal read_goal(const Flags& flags) {
  PrecisionGoal goal;
  if (flags.has("target-se")) goal.target_error = flags.positive_number("target-se");
  if (flags.has("max-path-steps")) goal.stop.path_steps = flags.whole_number("max-path-steps", 1);
  if (flags.has("max-seconds")) goal.stop.seconds = flags.positive_number("max-seconds");
  constexpr std::int64_t kMostRounds = 1000;
  if (flags.has("rounds")) goal.stop.rounds = static_cast<int>(flags.whole_number("rounds", 1, kMostRounds));
  return goal;
}

Levers read_levers(const Flags& flags) {
  if (flags.has("plain")) {
    if (flags.has("levers"))
      flags.fail("levers", "contradicts --plain", "which uses no lever", "leave one of the two out");
    return kNoLevers;
  }
  if (!flags.has("levers")) return kAutomaticLevers;
  Levers levers;
  for (const std::string& word : flags.words("levers")) {
    if (word == "antithetic") {
      levers.antithetic = Lever::on;
    } else if (word == "conditional-mean") {
      levers.conditional_mean = Lever::on;
    } else if (word == "exact-jumps") {
      levers.exact_jumps = Lever::on;
    } else {
      flags.fail("levers", fmt::format("there is no lever \"{}\"", word),
                 "there are antithetic, conditional-mean and exact-jumps", "use these, separated by a comma");
    }
  }
  return levers;
}

std::vector<Flag> scheme_flags() {
  return {{"scheme", "NAME", "how a path crosses a block of steps: exact-moments or euler", "exact-moments"},
          {"block", "M", "optimiser steps a block (default: chosen so that its bias is below 5e-4 nats)"}};
}

Scheme read_scheme(const Flags& flags) {
  constexpr std::pair<std::string_view, Scheme> kSchemes[] = {{"exact-moments", Scheme::exact_moments},
                                                              {"euler", Scheme::euler}};
  return flags.choice("scheme", kSchemes);
}

std::optional<Step> read_block(const Flags& flags) {
  if (!flags.has("block")) return std::nullopt;
  return flags.whole_number("block", 1);
}

}  // namespace losscast
