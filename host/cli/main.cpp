// The program `losscast`: finds the subcommand, runs it, and turns what went wrong into a line and an exit code.
#include <exception>
#include <new>
#include <stdexcept>
#include <string_view>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "cli/help.hpp"
#include "cli/output.hpp"
#include "cli/stop_signals.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

void run_program(std::span<const char* const> command_line) {
  if (command_line.size() < 2)
    throw InputError("no command is given", "there is nothing to do", "choose one; `losscast --help` shows them");
  const std::string_view first = command_line[1];
  if (first == "--help" || first == "-h") return print(program_help());
  const Command& command = find_command(first == "--version" ? "version" : first);
  const Flags flags(command, command_line);
  if (flags.has("help")) return print(command_help(command));
  command.run(flags);
}

int fail(const Error& error) {
  report_error(error.what());
  return static_cast<int>(error.code());
}

int fail_for_memory() {
  return fail(Error(ExitCode::internal_or_io, "there is not enough memory", "the request is too large",
                    "lower the number of paths, times or candidates"));
}

}  // namespace
}  // namespace losscast

int main(int argc, char** argv) {
  using namespace losscast;
  leave_nothing_behind_on_signals();
  try {
    run_program({argv, static_cast<std::size_t>(argc)});
    finish_printing();
    return static_cast<int>(ExitCode::ok);
  } catch (const Error& error) {
    return fail(error);
  } catch (const std::bad_alloc&) {
    return fail_for_memory();
  } catch (const std::length_error&) {  // a container that could not hold that much on any machine
    return fail_for_memory();
  } catch (const std::exception& error) {
    return fail(Error(ExitCode::internal_or_io, error.what(), "", ""));
  }
}
