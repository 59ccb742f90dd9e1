#include "cli/stop_signals.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>

#include "cli/output.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"

namespace losscast {
namespace {

constexpr int kEnding[] = {SIGINT, SIGTERM, SIGHUP};
constexpr int kNoted[] = {SIGINT, SIGTERM, SIGUSR1, SIGALRM};  // the last when patience is at its end

std::atomic<bool> noted{false}, is_over{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // a handler may run in any thread

std::array<struct sigaction, std::size(kNoted)> before;

void set_handler(int signal, void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

void end(int signal) {
  remove_unfinished_files();
  raise(signal);  // SA_RESETHAND has set it back to what ends the program
}

void set_patience(double seconds) {
  const double whole = std::floor(seconds);
  itimerval timer = {};
  timer.it_value.tv_sec = static_cast<time_t>(whole);
  timer.it_value.tv_usec = static_cast<suseconds_t>((seconds - whole) * 1e6);
  setitimer(ITIMER_REAL, &timer, nullptr);
}

void note(int signal) {
  noted = true;
  for (std::size_t i = 0; i < before.size(); ++i)
    if (kNoted[i] == signal) sigaction(signal, &before[i], nullptr);
  if (!is_over) set_patience(StopSignals::kPatience);
}

void hear() {
  for (std::size_t i = 0; i < before.size(); ++i)
    if (kNoted[i] != SIGALRM && before[i].sa_handler != SIG_IGN) set_handler(kNoted[i], note, SA_RESTART);
}

void end_interrupted(int) {
  remove_unfinished_files();
  report_error("interrupted (amid a part of the work). Give the same command to go on from what is kept.");
  _exit(static_cast<int>(ExitCode::interrupted));
}

}  // namespace

void leave_nothing_behind_on_signals() {
  for (const int signal : kEnding) {
    struct sigaction now = {};
    sigaction(signal, nullptr, &now);
    if (now.sa_handler != SIG_IGN) set_handler(signal, end, static_cast<int>(SA_RESETHAND));
  }
}

StopSignals::StopSignals() {
  noted = is_over = false;
  for (std::size_t i = 0; i < before.size(); ++i) sigaction(kNoted[i], nullptr, &before[i]);
  set_handler(SIGALRM, end_interrupted, 0);
  hear();
}

StopSignals::~StopSignals() { work_is_over(); }

void StopSignals::work_is_over() const {
  if (is_over.exchange(true)) return;
  set_patience(0);
  hear();
}

void StopSignals::let_go() const {
  is_over = true;
  set_patience(0);
  for (std::size_t i = 0; i < before.size(); ++i) sigaction(kNoted[i], &before[i], nullptr);
}

bool StopSignals::arrived() const { return noted; }

void StopSignals::acknowledge() const { set_patience(0); }

void StopSignals::be_patient() const { set_patience(kPatience); }

}  // namespace losscast
