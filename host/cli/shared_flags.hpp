// Flags that several commands have, and how they are read.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "losscast/precision/precision.hpp"

namespace losscast {

std::vector<Flag> joined(std::initializer_list<std::vector<Flag>> groups);

std::vector<Flag> json_flag();

// --strict
std::vector<Flag> strict_flag();

// With --strict, throws the Error of exit code 4 if there are reasons not to rely on an answer, which must have been
// printed and written before.
void require_reliable(const Flags& flags, const std::vector<std::string>& reasons);

// --threads
std::vector<Flag> threads_flag();
int read_threads(const Flags& flags);

// --paths and --seed
std::vector<Flag> path_flags();
std::int64_t read_paths(const Flags& flags);
std::uint64_t read_seed(const Flags& flags);

// --backend and --math
std::vector<Flag> backend_flag();   // --backend alone
std::vector<Flag> backend_flags();  // with --math
Backend read_backend(const Flags& flags);
MathMode read_math(const Flags& flags);

// Backend, mathematics and threads at once.
Execution read_execution(const Flags& flags);

// --target-se, --max-path-steps, --max-seconds, --rounds, --plain, --levers
std::vector<Flag> precision_flags();
PrecisionGoal read_goal(const Flags& flags);
Levers read_levers(const Flags& flags);

// --scheme and --block
std::vector<Flag> scheme_flags();
Scheme read_scheme(const Flags& flags);
std::optional<Step> read_block(const Flags& flags);

}  // namespace losscast
