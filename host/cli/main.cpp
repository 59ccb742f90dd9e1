// The program `losscast`: finds the subcommand, runs it, and turns what went wrong into a line and an exit code.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "cli/help.hpp"
#include "cli/output.hpp"
#include "cli/process.hpp"
#include "cli/stop_signals.hpp"
#include "format/input_files.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/printable_line.hpp"

namespace losscast {
namespace {

void run_program(std::span<const char* const> command_line) {
  if (command_line.size() < 2)
    throw InputError("no command is given", "there is nothing to do", "choose one; `losscast --help` shows them");
  const std::string_view first = command_line[1];
  if (first == "--help" || first == "-h") return print(program_help());
  std::vector<std::string_view> words(command_line.begin() + 1, command_line.end());
  if (first == "--version") words.front() = "version";
  if (words.size() > 1 && (words[1] == "--help" || words[1] == "-h") && !commands_of_group(first).empty())
    return print(group_help(first));
  const Command& command = find_command(words);
  const Flags flags(command, command_line);
  if (flags.has("help")) return print(command_help(command));
  const InputProtection protection;
  command.run(flags);
}

const std::terminate_handler usual_end = std::get_terminate();

int fail(ExitCode code, std::string_view message) {
  report_error(message);
  return static_cast<int>(code);
}

// Of one piece, as there may be no memory to put it together.
int fail_for_memory() {
  return fail(ExitCode::internal_or_io,
              "there is not enough memory (the request is too large). Lower the number of paths, times or candidates.");
}

// What speaks against every path that is not a whole one; empty if nothing does.
std::string trouble_with_the_current_folder() {
  std::error_code problem;
  if (!std::filesystem::current_path(problem).empty()) return "";
  return error_text("the current folder cannot be found", problem.message(),
                    "change to a folder that is there, and give the same command again");
}

// A destructor that needs memory, as those of JSON values do, ends here if there is none.
[[noreturn]] void end_abruptly() {
  try {
    if (const std::exception_ptr reason = std::current_exception()) std::rethrow_exception(reason);
  } catch (const std::bad_alloc&) {
    ::_exit(fail_for_memory());
  } catch (...) {
    usual_end();
  }
  std::abort();
}

}  // namespace
}  // namespace losscast

int main(int argc, char** argv) {
  using namespace losscast;
  prepare_process();
  std::set_terminate(end_abruptly);
  leave_nothing_behind_on_signals();
  try {
    run_program({argv, static_cast<std::size_t>(argc)});
    return static_cast<int>(ExitCode::ok);
  } catch (const Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail_for_memory();
  } catch (const std::length_error&) {  // a container that could not hold that much on any machine
    return fail_for_memory();
  } catch (const std::exception& error) {
    const std::string trouble = trouble_with_the_current_folder();
    return fail(ExitCode::internal_or_io, trouble.empty() ? printable_line(error.what()) : trouble);
  }
}
