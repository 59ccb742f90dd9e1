#include "tests/fuzz/watch.hpp"

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string_view>

// Sanitizers end the program in their own way, and say here when they do.
extern "C" {
void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));
const char* __asan_default_options() { return "handle_abort=0:detect_stack_use_after_return=0"; }
const char* __ubsan_default_options() { return "halt_on_error=1:print_stacktrace=1"; }
}

namespace losscast::fuzz {
namespace {

constexpr int kProcessorSeconds = 5;  // that an input may take
constexpr int kSeconds = 120;         // after which it merely waits, however busy the machine

std::string program_name, file_name;
const std::string* running = nullptr;

// All that follows is called by handlers of signals: it calls nothing but the system.
void say(std::string_view text) {
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(EXIT_FAILURE);
}

void keep_input() {
  if (!running) return;
  const int file = open(file_name.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::string_view rest = *running;
  while (file >= 0 && !rest.empty()) {
    const ssize_t count = write(file, rest.data(), rest.size());
    if (count <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  if (file >= 0) close(file);
  running = nullptr;
  say("\nThe input is kept. To run it again: ");
  say(program_name);
  say(" ");
  say(file_name);
  say("\n");
}

void crash(int signal) {
  keep_input();
  ::signal(signal, SIG_DFL);
  raise(signal);
}

void hang(int) {
  say("fault: the input takes longer than 5 s of processor time, or waits");
  keep_input();
  _exit(EXIT_FAILURE);
}

void on(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_ONSTACK;  // the usual stack may be what is used up
  sigaction(signal, &action, nullptr);
}

void set_timer(decltype(ITIMER_REAL) clock, int seconds) {
  const itimerval timer = {{0, 0}, {seconds, 0}};
  setitimer(clock, &timer, nullptr);
}

}  // namespace

void begin_watch(const std::string& program, const std::string& file) {
  program_name = program;
  file_name = file;
  on(SIGPROF, hang);
  on(SIGALRM, hang);
  on(SIGABRT, crash);
  if (__sanitizer_set_death_callback) return __sanitizer_set_death_callback(keep_input);
  static char stack[1 << 16];
  const stack_t other = {.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack};
  sigaltstack(&other, nullptr);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) on(signal, crash);
}

void watch(const std::string& input) {
  running = &input;
  set_timer(ITIMER_PROF, kProcessorSeconds);
  set_timer(ITIMER_REAL, kSeconds);
}

void end_watch() {
  set_timer(ITIMER_PROF, 0);
  set_timer(ITIMER_REAL, 0);
  running = nullptr;
}

}  // namespace losscast::fuzz
