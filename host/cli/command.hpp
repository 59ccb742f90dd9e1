// A subcommand of the program, as data: what it takes, what its help says, and what it does.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace losscast {

class Flags;

// An argument without a flag, found by its place.
struct Positional {
  enum class Count { one, at_most_one, several };
  std::string name;  // as the help shows it: "MANIFEST"
  std::string meaning;
  Count count = Count::one;  // several: at least one; only the last of a command's may be other than one
};

struct Flag {
  std::string name;  // without the dashes
  // For its value in the help. With three dots behind it the flag may be given several times; empty: a switch, which
  // takes no value.
  std::string placeholder;
  std::string meaning;
  std::string default_value = {};  // that a run without the flag takes; empty: none
};

struct Command {
  std::string name;     // one word, or two that begin with that of a group: "scaling fit"
  std::string summary;  // one line
  std::vector<Positional> positionals;
  std::vector<Flag> flags;            // --help, which every command has, is added to them
  std::vector<std::string> examples;  // command lines
  void (*run)(const Flags&);
};

// The subcommands, in the order of the help.
std::span<const Command> commands();

// Those whose names begin with this word and have another one; none if there is no such group.
std::vector<const Command*> commands_of_group(std::string_view group);

// The one that these words of a command line begin with. Throws InputError with the nearest name if there is none.
// Precondition: there is a word.
const Command& find_command(std::span<const std::string_view> words);

}  // namespace losscast
