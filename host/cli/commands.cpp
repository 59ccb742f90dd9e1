// The list of subcommands. Adding one: its file command_NAME.cpp and a declaration and a line here.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

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
Command report_command();
Command compare_command();
Command budget_command();
Command next_command();
Command optimize_command();
Command scaling_fit_command();
Command scaling_predict_command();
Command scaling_score_command();
Command scaling_runs_command();
Command scaling_peak_command();
Command schedule_command();
Command features_command();
Command stability_command();
Command hazard_command();
Command transfer_command();
Command list_command();
Command version_command();

std::span<const Command> commands() {
  static const Command list[] = {import_command(),          fit_command(),           validate_command(),
                                 score_command(),           predict_command(),       update_command(),
                                 verify_command(),          sweep_command(),         plan_command(),
                                 shard_command(),           merge_command(),         submit_command(),
                                 status_command(),          report_command(),        compare_command(),
                                 budget_command(),          next_command(),          optimize_command(),
                                 schedule_command(),        features_command(),      scaling_fit_command(),
                                 scaling_predict_command(), scaling_score_command(), scaling_runs_command(),
                                 scaling_peak_command(),    stability_command(),     hazard_command(),
                                 transfer_command(),        list_command(),          version_command()};
  return list;
}

std::vector<const Command*> commands_of_group(std::string_view group) {
  std::vector<const Command*> found;
  for (const Command& command : commands())
    if (command.name.starts_with(std::string(group) + " ")) found.push_back(&command);
  return found;
}

const Command& find_command(std::span<const std::string_view> words) {
  const std::string_view first = words.front();
  std::vector<std::string> known;
  for (const Command& command : commands()) {
    if (command.name == first) return command;
    known.push_back(command.name.substr(0, command.name.find(' ')));
  }
  known.erase(std::unique(known.begin(), known.end()), known.end());
  const std::vector<const Command*> group = commands_of_group(first);
  if (group.empty())
    throw InputError(fmt::format("there is no command \"{}\"", first),
                     fmt::format("there are: {}", fmt::join(known, ", ")),
                     suggestion(first, known, "choose one; `losscast --help` says what they do"));

  std::vector<std::string> second;
  for (const Command* command : group) {
    second.push_back(command->name.substr(first.size() + 1));
    if (words.size() > 1 && second.back() == words[1]) return *command;
  }
  const std::string see = fmt::format("`losscast {} {} --help` says what it does", first, second.front());
  if (words.size() < 2)
    throw InputError(fmt::format("`losscast {}` does several things", first),
                     fmt::format("there are: {}", fmt::join(second, ", ")), "add one; " + see);
  throw InputError(fmt::format("there is no command \"{} {}\"", first, words[1]),
                   fmt::format("there are: {}", fmt::join(second, ", ")), suggestion(words[1], second, see));
}

}  // namespace losscast
