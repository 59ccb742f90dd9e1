#include "cli/program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/scratch_folder.hpp"
#include "losscast/io/text_file.hpp"

namespace losscast::testing {

namespace fs = std::filesystem;

namespace {

constexpr int kNotStarted = 127;  // as a shell says it

// In the child: becomes the program.
[[noreturn]] void become_losscast(const fs::path& folder, const Words& arguments, const fs::path& out,
                                  const fs::path& err) {
  std::vector<char*> argv = {const_cast<char*>("losscast")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const auto redirect = [](int stream, const fs::path& file) {
    return dup2(open(file.c_str(), O_WRONLY | O_CREAT, 0600), stream) >= 0;
  };
  if (redirect(STDOUT_FILENO, out) && redirect(STDERR_FILENO, err) && chdir(folder.c_str()) == 0)
    execv(LOSSCAST_PROGRAM, argv.data());
  _exit(kNotStarted);
}

}  // namespace

Outcome run_losscast(const fs::path& folder, const Words& arguments, const fs::path& out_file) {
  const ScratchFolder streams;
  const fs::path out = out_file.empty() ? streams.path() / "out" : out_file;
  const fs::path err = streams.path() / "err";
  const pid_t child = fork();
  if (child == 0) become_losscast(folder, arguments, out, err);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status)) << "the program was killed by signal " << WTERMSIG(status);
  Outcome outcome;
  outcome.exit_code = WEXITSTATUS(status);
  EXPECT_NE(outcome.exit_code, kNotStarted) << "the program could not be started";
  if (out_file.empty()) outcome.out = read_text_file(out);
  outcome.err = read_text_file(err);
  return outcome;
}

Outcome run_well(const fs::path& folder, const Words& arguments) {
  Outcome outcome = run_losscast(folder, arguments);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err.find("error"), std::string::npos) << outcome.err;
  return outcome;
}

nlohmann::json run_for_json(const fs::path& folder, Words arguments) {
  arguments.push_back("--json");
  const Outcome outcome = run_well(folder, arguments);
  nlohmann::json object = nlohmann::json::parse(outcome.out, nullptr, /*allow_exceptions=*/false);
  EXPECT_TRUE(object.is_object()) << outcome.out;
  return object;
}

void expect_failure(const Outcome& outcome, ExitCode code, const std::vector<std::string>& parts) {
  EXPECT_EQ(outcome.exit_code, static_cast<int>(code)) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  const std::size_t begin = outcome.err.find("losscast: error: ");
  ASSERT_NE(begin, std::string::npos) << outcome.err;
  const std::string error = outcome.err.substr(begin);
  EXPECT_TRUE(begin == 0 || outcome.err[begin - 1] == '\n') << outcome.err;
  EXPECT_EQ(error.find('\n') + 1, error.size()) << "more than one line: " << error;
  for (const std::string& part : parts)
    EXPECT_NE(error.find(part), std::string::npos) << "\"" << part << "\" is not in: " << error;
}

std::vector<std::string> keys(const nlohmann::json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

}  // namespace losscast::testing
