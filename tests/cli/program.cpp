#include "tests/cli/program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "losscast/format/text_file.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {

namespace fs = std::filesystem;

namespace {

constexpr int kNotStarted = 127;  // as a shell says it

// Turns the child process into the program. `words` begin with its own name for itself.
[[noreturn]] void become(const char* program, const fs::path& folder, const Words& words, const fs::path& out,
                         const fs::path& err) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const auto redirect = [](int stream, const fs::path& file) {
    return dup2(open(file.c_str(), O_WRONLY | O_CREAT, 0600), stream) >= 0;
  };
  // A shell lets what it starts in the background ignore this one, and the program would inherit that.
  std::signal(SIGINT, SIG_DFL);
  if (redirect(STDOUT_FILENO, out) && redirect(STDERR_FILENO, err) && chdir(folder.c_str()) == 0)
    execv(program, argv.data());
  _exit(kNotStarted);
}

// Where a program's output goes.
struct Streams {
  ScratchFolder folder;
  fs::path out, err;
  bool keeps_out;

  explicit Streams(const fs::path& out_file)
      : out(out_file.empty() ? folder.path() / "out" : out_file),
        err(folder.path() / "err"),
        keeps_out(out_file.empty()) {}
};

pid_t start(const char* program, const fs::path& folder, Words words, const Words& arguments, const Streams& streams) {
  words.insert(words.end(), arguments.begin(), arguments.end());
  const pid_t child = fork();
  if (child == 0) become(program, folder, words, streams.out, streams.err);
  return child;
}

pid_t start(const fs::path& folder, const Words& arguments, const Streams& streams) {
  return start(LOSSCAST_PROGRAM, folder, {"losscast"}, arguments, streams);
}

// Waits for it.
Outcome outcome_of(pid_t child, const Streams& streams) {
  int status = 0;
  waitpid(child, &status, 0);
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  EXPECT_NE(outcome.exit_code, kNotStarted) << "the program could not be started";
  if (streams.keeps_out) outcome.out = read_text_file(streams.out);
  outcome.err = read_text_file(streams.err);
  return outcome;
}

}  // namespace

Outcome run_losscast(const fs::path& folder, const Words& arguments, const fs::path& out_file) {
  const Streams streams(out_file);
  return outcome_of(start(folder, arguments, streams), streams);
}

Outcome run_in_shell(const fs::path& folder, const std::string& line, const Words& arguments) {
  const Streams streams({});
  return outcome_of(start("/bin/sh", folder, {"sh", "-c", line, LOSSCAST_PROGRAM}, arguments, streams), streams);
}

Outcome run_and_signal(const fs::path& folder, const Words& arguments,
                       const std::function<bool(const std::string&)>& is_time, int signal) {
  const Streams streams({});
  const pid_t child = start(folder, arguments, streams);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!fs::exists(streams.err) || !is_time(read_text_file(streams.err))) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "the time for a signal does not come";
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, signal);
  return outcome_of(child, streams);
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

}  // namespace losscast::test
