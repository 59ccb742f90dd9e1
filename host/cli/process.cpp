#include "cli/process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace losscast {
namespace {

bool is_closed(int descriptor) { return ::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF; }

// Opens the device as `descriptor`, the lowest that is free: the wrong way round, so that its use fails.
void occupy(int descriptor, const char* device, int wrong_way) {
  if (!is_closed(descriptor)) return;
  if (::open(device, wrong_way) < 0) ::open("/dev/null", wrong_way);  // some systems have no other device
}

}  // namespace

void prepare_process() {
  occupy(STDIN_FILENO, "/dev/null", O_WRONLY);
  occupy(STDOUT_FILENO, "/dev/full", O_RDONLY);  // opened once more, as /dev/stdout, it cannot be written either
  occupy(STDERR_FILENO, "/dev/null", O_RDONLY);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace losscast
