// Running the program that was built, as a shell would.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "losscast/base/error.hpp"

namespace losscast::test {

struct Outcome {
  int exit_code = -1;  // 128 and the signal's number if one has ended it, as a shell says it
  std::string out;     // standard output
  std::string err;     // standard error
};

using Words = std::vector<std::string>;

// Runs `losscast ARGUMENTS...` in `folder`; standard output goes to `out_file` if one is named.
Outcome run_losscast(const std::filesystem::path& folder, const Words& arguments,
                     const std::filesystem::path& out_file = {});

// Runs a line of a shell that runs it, as "$0" "$@".
Outcome run_in_shell(const std::filesystem::path& folder, const std::string& line, const Words& arguments);

// Runs it, and sends it the signal as soon as `is_time` of what is on its standard error.
Outcome run_and_signal(const std::filesystem::path& folder, const Words& arguments,
                       const std::function<bool(const std::string&)>& is_time, int signal);

// Runs the program as run_losscast() does, and expects it to succeed.
Outcome run_well(const std::filesystem::path& folder, const Words& arguments);

// The same with --json added, and expects one JSON object on standard output.
nlohmann::json run_for_json(const std::filesystem::path& folder, Words arguments);

// Expects that exit code, nothing on standard output, and as the last line on standard error the only error, with each
// of `parts` in it.
void expect_failure(const Outcome& outcome, ExitCode code, const std::vector<std::string>& parts);

// The keys of a JSON object.
std::vector<std::string> keys(const nlohmann::json& object);

}  // namespace losscast::test
