#include "jobs/sbatch_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "losscast/base/error.hpp"
#include "losscast/base/printable_line.hpp"

namespace losscast {
namespace {

// A flag of sbatch that is not for users to set.
struct FixedFlag {
  std::string_view name;
  char letter = 0;                 // its short form; 0: it has none
  std::string_view own = {};       // the flag of `submit` in its place; empty: there is none
  std::string_view harmless = {};  // values that begin with this can be set all the same; empty: there are none
};

constexpr FixedFlag kFixedFlags[] = {
    {"account", 'A', "--account NAME"},
    {"array", 'a'},
    {"chdir", 'D'},
    {"comment"},
    {"cpus-per-task", 'c', "--cpus N"},
    {"dependency", 'd'},
    {"error", 'e'},
    {"gpus", 'G', "--gpus N"},
    {"gres", 0, "--gpus N"},
    {"help", 'h'},
    {"job-name", 'J'},
    {"kill-on-invalid-dep"},
    {"mem", 0, "--mem SIZE"},
    {"no-requeue"},
    {"nodes", 'N'},
    {"ntasks", 'n'},
    {"open-mode"},
    {"output", 'o'},
    {"parsable"},
    {"partition", 'p', "--partition NAME"},
    {"signal", 0, "", "B:USR1@"},
    {"test-only"},
    {"time", 't', "--time LIMIT"},
    {"usage"},
    {"version", 'V'},
    {"wait", 'W'},
    {"wrap"},
};

// Letters of sbatch that take no value, so that another one may follow them at once.
constexpr std::string_view kLettersWithoutValue = "hHIOQsvVW";

[[noreturn]] void refuse(const std::string& argument, const FixedFlag& flag) {
  const std::string problem =
      fmt::format("--sbatch-arg {}: sbatch's --{} cannot be set", printable_line(argument), flag.name);
  if (!flag.own.empty())
    throw InputError(problem, "submit has a flag of its own for it", fmt::format("give submit {} instead", flag.own));
  if (!flag.harmless.empty())
    throw InputError(problem, "the jobs wait for what submit gives it",
                     fmt::format("leave it out, or write --{}={}SECONDS", flag.name, flag.harmless));
  throw InputError(problem, "the jobs rely on what submit gives it", "leave it out");
}

// sbatch takes the beginning of a name for the name.
void require_usable_name(const std::string& argument) {
  const std::size_t equals = std::min(argument.find('='), argument.size());
  const std::string_view name = std::string_view(argument).substr(2, equals - 2);
  const std::string_view value = std::string_view(argument).substr(std::min(equals + 1, argument.size()));
  const auto whole = std::ranges::find(kFixedFlags, name, &FixedFlag::name);
  const auto flag = whole != std::end(kFixedFlags) ? whole : std::ranges::find_if(kFixedFlags, [&](const FixedFlag& f) {
    return f.name.starts_with(name);
  });
  if (flag == std::end(kFixedFlags)) return;
  if (flag->harmless.empty() || !value.starts_with(flag->harmless)) refuse(argument, *flag);
}

void require_usable_letters(const std::string& argument) {
  for (std::size_t at = 1; at < argument.size(); ++at) {
    const auto flag = std::ranges::find(kFixedFlags, argument[at], &FixedFlag::letter);
    if (flag != std::end(kFixedFlags)) refuse(argument, *flag);
    if (kLettersWithoutValue.find(argument[at]) == std::string_view::npos) return;
  }
}

}  // namespace

void require_usable_arguments(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (!argument.starts_with('-') || argument == "-" || argument == "--")
      throw InputError(fmt::format("--sbatch-arg {}: it is no flag", printable_line(argument)),
                       "what follows it would be taken for the script", "write --sbatch-arg=--NAME=VALUE");
    if (argument.starts_with("--"))
      require_usable_name(argument);
    else
      require_usable_letters(argument);
  }
}

}  // namespace losscast
