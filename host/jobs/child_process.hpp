// Other programs, called without a shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace losscast {

struct ProgramOutput {
  int exit_code = 0;  // 128 and the signal's number if one has ended it
  std::string out;    // standard output
  std::string err;    // standard error
};

// Runs a program that is on PATH, waits for its end, and returns what it said; nothing if there is no such program. Its
// environment is this one's, without the variables of a Slurm job that this process may be part of. Throws IoError if
// it cannot be run for another reason.
std::optional<ProgramOutput> ask(const std::vector<std::string>& words);

// What a program has said, as one printable line.
std::string one_line(std::string_view text);

}  // namespace losscast
