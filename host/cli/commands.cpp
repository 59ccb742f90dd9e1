// The list of subcommands. Adding one: its file command_NAME.cpp and a declaration and a line here.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/command.hpp"
#include "losscast/base/error.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

Command import_command();
Command fit_command();
Command validate_command();
Command score_command();
Command predict_command();
Command update_command();
Command verify_command();
Command sweep_command();
Command plan_command();
Command shard_command();
Command merge_command();
Command submit_command();
Command status_command();
Command compare_command();
Command budget_command();
Command optimize_command();
Command schedule_command();
Command list_command();
Command version_command();

std::span<const Command> commands() {
  static const Command list[] = {import_command(),   fit_command(),     validate_command(), score_command(),
                                 predict_command(),  update_command(),  verify_command(),   sweep_command(),
                                 plan_command(),     shard_command(),   merge_command(),    submit_command(),
                                 status_command(),   compare_command(), budget_command(),   optimize_command(),
                                 schedule_command(), list_command(),    version_command()};
  return list;
}

const Command& find_command(std::string_view name) {
  std::vector<std::string> known;
  for (const Command& command : commands()) {
    if (command.name == name) return command;
    known.push_back(command.name);
  }
  throw InputError(fmt::format("there is no command \"{}\"", name),
                   fmt::format("there are: {}", fmt::join(known, ", ")),
                   suggestion(name, known, "choose one; `losscast --help` says what they do"));
}

}  // namespace losscast
