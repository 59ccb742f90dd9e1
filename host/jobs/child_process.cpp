#include "jobs/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/printable_line.hpp"

namespace losscast {
namespace {

[[noreturn]] void fail(const std::string& program, int error) {
  throw IoError(program + " cannot be run", std::generic_category().message(error), "try it by hand");
}

// What a job's environment says of that job would be taken for what the next one asks for. Where Slurm is found, and
// the permission to use it, stay.
bool is_of_a_job(std::string_view variable) {
  constexpr std::string_view kStay[] = {"SLURM_CONF", "SLURM_CONF_SERVER", "SLURM_CLUSTERS", "SLURM_JWT"};
  const std::string_view name = variable.substr(0, variable.find('='));
  return name.starts_with("SLURM_") && std::ranges::find(kStay, name) == std::end(kStay);
}

std::vector<char*> environment() {
  std::vector<char*> variables;
  for (char** variable = ::environ; *variable != nullptr; ++variable)
    if (!is_of_a_job(*variable)) variables.push_back(*variable);
  variables.push_back(nullptr);
  return variables;
}

// A pipe whose ends the child does not inherit but as a standard stream.
struct Pipe {
  explicit Pipe(const std::string& program) {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(program, errno);
  }
  ~Pipe() {
    ::close(ends[0]);
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void close_writer() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }

  std::array<int, 2> ends = {-1, -1};
};

// Reads one piece; false at the end.
bool read_piece(int descriptor, std::string& text) {
  std::array<char, 4096> piece;
  const ssize_t count = ::read(descriptor, piece.data(), piece.size());
  if (count < 0) return errno == EINTR;
  text.append(piece.data(), static_cast<std::size_t>(count));
  return count > 0;
}

// Reads both to their ends, whichever has something first.
void read_both(int out, int err, ProgramOutput& answer) {
  std::array<pollfd, 2> streams = {pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  const std::array<std::string*, 2> texts = {&answer.out, &answer.err};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    if (::poll(streams.data(), streams.size(), -1) < 0) continue;  // interrupted
    for (std::size_t s = 0; s < streams.size(); ++s)
      if (streams[s].fd >= 0 && streams[s].revents != 0 && !read_piece(streams[s].fd, *texts[s])) streams[s].fd = -1;
  }
}

int exit_code_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

class SpawnActions {
 public:
  SpawnActions(int out, int err) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, out, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, err, STDERR_FILENO);
  }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace

std::optional<ProgramOutput> ask(const std::vector<std::string>& words) {
  LOSSCAST_EXPECTS(!words.empty());
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  Pipe out(words.front());
  Pipe err(words.front());
  const SpawnActions actions(out.ends[1], err.ends[1]);
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, arguments.front(), actions.get(), nullptr, arguments.data(), environment().data());
  if (error == ENOENT) return std::nullopt;
  if (error != 0) fail(words.front(), error);
  out.close_writer();
  err.close_writer();
  ProgramOutput answer;
  read_both(out.ends[0], err.ends[0], answer);
  answer.exit_code = exit_code_of(child);
  return answer;
}

std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) line += (line.empty() ? "" : "; ") + printable_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return line;
}

}  // namespace losscast
