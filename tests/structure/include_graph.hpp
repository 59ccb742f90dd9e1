// Which file of the library includes which, held against the table of rooms: what each room may use. A function that
// finds faults returns one line each, which names the file and the include.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace losscast::test {

struct SourceFile {
  std::string path;  // from the project's root, such as "host/race/race.cpp"
  std::string text;
};

struct Include {
  std::string file;  // that has it
  int line = 0;
  std::string target;  // between the quotes or brackets; of any other #include, the rest of its line
  enum class Kind { quoted, angled, other } kind = Kind::quoted;

  bool operator==(const Include&) const = default;
};

std::vector<Include> includes_of(const std::vector<SourceFile>& files);

// What each room says that it uses.
using Rooms = std::map<std::string, std::set<std::string>>;

// Reads the rooms from the table `| room | what it is | uses |` of a document; there are none if it has no such table.
// Backquotes are ignored.
Rooms rooms_in_table(std::string_view markdown);

// Reads the rooms from the calls losscast_room(NAME ... USES ...) of a CMake file.
Rooms rooms_in_cmake(std::string_view cmake);

// The rooms that a room may include: itself, those that it uses, and those that they use.
std::set<std::string> allowed_rooms(const Rooms& rooms, const std::string& room);

// "race" for "host/race/race.cpp", "kernels" for "kernels/sort_key.hpp", "" for "include/losscast/losscast.hpp".
std::string room_of_file(std::string_view path);

// The file that a quoted include names: "include/losscast/race/race.hpp" for "losscast/race/race.hpp". Empty if it does
// not name the room that its file is in.
std::string file_of_include(std::string_view target);

// A header and its source count as one: "race/race" for "include/losscast/race/race.hpp" and "host/race/race.cpp".
std::string unit_of_file(std::string_view path);

// A graph: for each node those that it needs, and an include that shows it.
using Graph = std::map<std::string, std::map<std::string, Include>>;

// Quoted includes from room to other room, and from unit to other unit.
Graph graph_of_rooms(const std::vector<Include>& includes);
Graph graph_of_units(const std::vector<Include>& includes);

// Includes of a room that `rooms` does not let their room use, or does not know. A file without a room may use all.
std::vector<std::string> arrows_against(const Rooms& rooms, const std::vector<Include>& includes);

// Pairs of nodes that need each other directly.
std::vector<std::string> mutual_pairs(const Graph& graph);

// The shortest way from a node back to itself, for every node that has one and is not on a way that was found before.
std::vector<std::string> cycles(const Graph& graph);
std::vector<std::string> cycles(const Rooms& rooms);

// Quoted includes with "../", without their room, or of no file in `files`, where FILE.in stands for the FILE that is
// made of it; and includes of neither form.
std::vector<std::string> unnamed_includes(const std::vector<Include>& includes, const std::vector<SourceFile>& files);

// Includes of files of include/ that are neither of include/ nor of the standard library or the compiler.
std::vector<std::string> private_includes(const std::vector<Include>& includes);

// Rooms that are in one of two tables only, or differ.
std::vector<std::string> differences(const Rooms& one, const Rooms& other);

}  // namespace losscast::test
