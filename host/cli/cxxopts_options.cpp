#include "cli/cxxopts_options.hpp"

namespace losscast {

namespace {

constexpr std::size_t kWidth = 100;  // of the help, in characters

std::shared_ptr<cxxopts::Value> value_of(const Flag& flag) {
  // Values are read as text: Flags turns them into numbers, with messages that name the flag.
  auto value = flag.placeholder.empty() ? cxxopts::value<bool>() : cxxopts::value<std::string>();
  return flag.default_value.empty() ? value : value->default_value(flag.default_value);
}

}  // namespace

std::string shown_name(const Positional& positional) {
  switch (positional.count) {
    case Positional::Count::at_most_one:
      return "[" + positional.name + "]";
    case Positional::Count::several:
      return positional.name + "...";
    case Positional::Count::one:
      break;
  }
  return positional.name;
}

cxxopts::Options cxxopts_options(const Command& command) {
  cxxopts::Options options("losscast " + command.name, command.summary);
  options.set_width(kWidth);
  options.custom_help("[FLAG...]");
  // Unknown flags come back as unmatched arguments, so that the message can name the flag that was meant.
  options.allow_unrecognised_options();

  std::vector<std::string> positionals;
  std::string positional_help;
  for (const Positional& positional : command.positionals) {
    const bool are_several = positional.count == Positional::Count::several;
    std::shared_ptr<cxxopts::Value> value = cxxopts::value<std::string>();
    if (are_several) value = cxxopts::value<std::vector<std::string>>();
    options.add_options()(positional.name, positional.meaning, value);
    positionals.push_back(positional.name);
    positional_help += (positional_help.empty() ? "" : " ") + shown_name(positional);
  }
  options.parse_positional(positionals);
  options.positional_help(positional_help);

  for (const Flag& flag : command.flags)
    options.add_options()(flag.name, flag.meaning, value_of(flag), flag.placeholder);
  options.add_options()("h,help", "print this help");
  return options;
}

}  // namespace losscast
