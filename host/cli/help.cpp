#include "cli/help.hpp"

#include <fmt/format.h>

#include "cli/cxxopts_options.hpp"
#include "cli/text_table.hpp"

namespace losscast {

namespace {

void add_usage(const Command& command, TextTable& table) {
  std::string usage = "  losscast " + command.name;
  for (const Positional& positional : command.positionals) usage += " " + shown_name(positional);
  table.add_row({usage, command.summary});
}

}  // namespace

std::string group_help(std::string_view group) {
  TextTable table;
  for (const Command* command : commands_of_group(group)) add_usage(*command, table);
  return fmt::format("Usage:\n{}\nEach has a --help of its own.\n", table.text());
}

std::string program_help() {
  TextTable table;
  for (const Command& command : commands()) add_usage(command, table);
  return fmt::format(
      "Forecasts the training loss of a language model under a learning-rate schedule, and compares schedules.\n\n"
      "Usage:\n"
      "{}\n"
      "`losscast COMMAND --help` shows a command's flags and examples, `losscast --version` the version.\n\n"
      "The usual way: measured curves -> `fit` -> fit.json -> `predict` one schedule, or `sweep` many.\n"
      "Papers: Opt-Laws in `features`, the Hitchhiker's Guide to scaling laws in `scaling`, Spike No More in\n"
      "`stability` and `hazard`, second-order parameterisation in `transfer`.\n\n"
      "Exit codes: 0 done, 1 internal or I/O error, 2 wrong usage or input, 3 shards are missing or\n"
      "run elsewhere, 4 not certified, not trusted or an alarm (--strict), 5 no usable GPU,\n"
      "85 interrupted (the same command goes on).\n",
      table.text());
}

std::string command_help(const Command& command) {
  std::string text = cxxopts_options(command).help();
  if (!command.positionals.empty()) {
    TextTable table;
    for (const Positional& positional : command.positionals)
      table.add_row({"  " + shown_name(positional), positional.meaning});
    text += "\nArguments:\n" + table.text();
  }
  text += "\nExamples:\n";
  for (const std::string& example : command.examples) text += fmt::format("  {}\n", example);
  return text;
}

}  // namespace losscast
