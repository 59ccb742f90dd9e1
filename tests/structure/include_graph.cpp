#include "tests/structure/include_graph.hpp"

#include <algorithm>
#include <deque>
#include <regex>
#include <sstream>

namespace losscast::test {
namespace {

using std::string;
using std::vector;

vector<string> split(std::string_view text, char separator) {
  vector<string> parts;
  std::istringstream in{string(text)};
  for (string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

string without(string text, std::string_view characters) {
  std::erase_if(text, [&](char c) { return characters.find(c) != std::string_view::npos; });
  return text;
}

string joined(const std::set<string>& words) {
  string text;
  for (const string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "-" : text;
}

string shown(const Include& include) {
  const string target = include.kind == Include::Kind::angled   ? "<" + include.target + ">"
                        : include.kind == Include::Kind::quoted ? "\"" + include.target + "\""
                                                                : include.target;
  return include.file + ":" + std::to_string(include.line) + ": #include " + target;
}

// The cells of a row of a table, without spaces and backquotes around words.
vector<string> cells_of(const string& line) {
  if (line.empty() || line.front() != '|') return {};
  vector<string> cells = split(line.substr(1), '|');
  for (string& cell : cells) cell = without(std::move(cell), " `\r");
  return cells;
}

std::set<string> names_in(const string& cell) {
  std::set<string> names;
  for (const string& name : split(cell, ','))
    if (!name.empty() && name != "-") names.insert(name);
  return names;
}

template <class Name>
Graph graph_by(const vector<Include>& includes, const Name& name) {
  Graph graph;
  for (const Include& include : includes) {
    const string target = include.kind == Include::Kind::quoted ? file_of_include(include.target) : "";
    if (target.empty() || name(include.file) == name(target)) continue;
    graph[name(include.file)].emplace(name(target), include);
  }
  return graph;
}

// The shortest way from a node back to itself, both ends included; empty if there is none.
vector<string> way_round(const Graph& graph, const string& start) {
  std::map<string, string> came_from;
  std::deque<string> next = {start};
  while (!next.empty() && !came_from.contains(start)) {
    const string node = next.front();
    next.pop_front();
    if (!graph.contains(node)) continue;
    for (const auto& [needed, include] : graph.at(node))
      if (came_from.emplace(needed, node).second) next.push_back(needed);
  }
  if (!came_from.contains(start)) return {};
  vector<string> way = {start};
  do way.push_back(came_from.at(way.back()));
  while (way.back() != start);
  std::reverse(way.begin(), way.end());
  return way;
}

string shown(const Graph& graph, const vector<string>& way) {
  string text = way.front();
  for (std::size_t i = 1; i < way.size(); ++i) {
    const Include& include = graph.at(way[i - 1]).at(way[i]);
    text += " -> " + way[i] + (include.file.empty() ? "" : " (" + shown(include) + ")");
  }
  return text;
}

}  // namespace

vector<Include> includes_of(const vector<SourceFile>& files) {
  static const std::regex directive(R"(^\s*#\s*include\s*(.*\S)\s*$)");
  static const std::regex quoted("^\"([^\"]*)\".*"), angled("^<([^>]*)>.*");
  vector<Include> includes;
  for (const SourceFile& file : files) {
    int number = 0;
    for (const string& line : split(file.text, '\n')) {
      ++number;
      std::smatch found, name;
      if (line.find('#') == string::npos || !std::regex_match(line, found, directive)) continue;
      const string rest = found[1];
      if (std::regex_match(rest, name, quoted))
        includes.push_back({file.path, number, name[1], Include::Kind::quoted});
      else if (std::regex_match(rest, name, angled))
        includes.push_back({file.path, number, name[1], Include::Kind::angled});
      else
        includes.push_back({file.path, number, rest, Include::Kind::other});
    }
  }
  return includes;
}

Rooms rooms_in_table(std::string_view markdown) {
  Rooms rooms;
  bool inside = false;
  for (const string& line : split(markdown, '\n')) {
    const vector<string> cells = cells_of(line);
    if (cells.size() < 3) {
      if (inside) break;
      continue;
    }
    const bool is_rule = cells[0].find_first_not_of("-:") == string::npos;
    if (inside && !is_rule) rooms[cells[0]] = names_in(cells[2]);
    inside = inside || (cells[0] == "room" && cells[2] == "uses");
  }
  return rooms;
}

Rooms rooms_in_cmake(std::string_view cmake) {
  static const std::regex call(R"(losscast_room\(\s*([a-z]\w*)([^)]*)\))");
  Rooms rooms;
  const string text(cmake);
  for (std::sregex_iterator room(text.begin(), text.end(), call), end; room != end; ++room) {
    std::set<string>& uses = rooms[(*room)[1]];
    std::istringstream words((*room)[2]);
    bool is_use = false;
    for (string word; words >> word;) {
      const bool is_keyword = std::all_of(word.begin(), word.end(), [](char c) { return 'A' <= c && c <= 'Z'; });
      if (is_keyword)
        is_use = word == "USES";
      else if (is_use)
        uses.insert(word);
    }
  }
  return rooms;
}

std::set<string> allowed_rooms(const Rooms& rooms, const string& room) {
  std::set<string> allowed = {room};
  vector<string> next = {room};
  while (!next.empty()) {
    const auto found = rooms.find(next.back());
    next.pop_back();
    if (found == rooms.end()) continue;
    for (const string& used : found->second)
      if (allowed.insert(used).second) next.push_back(used);
  }
  return allowed;
}

string room_of_file(std::string_view path) {
  const vector<string> parts = split(path, '/');
  if (parts.size() == 2 && parts[0] == "kernels") return "kernels";
  if (parts.size() == 3 && parts[0] == "host") return parts[1];
  if (parts.size() == 4 && parts[0] == "include") return parts[2];
  return "";
}

string file_of_include(std::string_view target) {
  const vector<string> parts = split(target, '/');
  if (target.find("..") != std::string_view::npos) return "";
  if (parts.size() == 3 && parts[0] == "losscast") return "include/" + string(target);
  if (parts.size() != 2 || parts[0] == "losscast") return "";
  return (parts[0] == "kernels" ? "" : "host/") + string(target);
}

string unit_of_file(std::string_view path) {
  const string name(path.substr(path.rfind('/') + 1));
  return room_of_file(path) + "/" + name.substr(0, name.find('.'));
}

Graph graph_of_rooms(const vector<Include>& includes) {
  Graph graph = graph_by(includes, room_of_file);
  graph.erase("");
  return graph;
}

Graph graph_of_units(const vector<Include>& includes) { return graph_by(includes, unit_of_file); }

vector<string> arrows_against(const Rooms& rooms, const vector<Include>& includes) {
  vector<string> found;
  for (const Include& include : includes) {
    const string target = include.kind == Include::Kind::quoted ? file_of_include(include.target) : "";
    if (target.empty()) continue;
    const string from = room_of_file(include.file), to = room_of_file(target);
    if (!rooms.contains(to))
      found.push_back(shown(include) + ": the table has no room " + to);
    else if (!from.empty() && !rooms.contains(from))
      found.push_back(shown(include) + ": the table has no room " + from);
    else if (!from.empty() && !allowed_rooms(rooms, from).contains(to))
      found.push_back(shown(include) + ": the table does not let " + from + " use " + to);
  }
  return found;
}

vector<string> mutual_pairs(const Graph& graph) {
  vector<string> found;
  for (const auto& [one, needs] : graph)
    for (const auto& [other, include] : needs)
      if (one < other && graph.contains(other) && graph.at(other).contains(one))
        found.push_back(shown(graph, {one, other, one}));
  return found;
}

vector<string> cycles(const Graph& graph) {
  vector<string> found;
  std::set<string> seen;
  for (const auto& [node, needs] : graph) {
    if (seen.contains(node)) continue;
    const vector<string> way = way_round(graph, node);
    if (way.empty()) continue;
    seen.insert(way.begin(), way.end());
    found.push_back(shown(graph, way));
  }
  return found;
}

vector<string> cycles(const Rooms& rooms) {
  Graph graph;
  for (const auto& [room, uses] : rooms)
    for (const string& used : uses) graph[room].emplace(used, Include{});
  return cycles(graph);
}

vector<string> unnamed_includes(const vector<Include>& includes, const vector<SourceFile>& files) {
  std::set<string> paths;
  for (const SourceFile& file : files) paths.insert(file.path);
  vector<string> found;
  for (const Include& include : includes) {
    if (include.kind == Include::Kind::other) found.push_back(shown(include) + ": names no file");
    if (include.target.find("../") != string::npos) found.push_back(shown(include) + ": goes up by ../");
    if (include.kind != Include::Kind::quoted) continue;
    const string target = file_of_include(include.target);
    if (target.empty())
      found.push_back(shown(include) + ": does not name its room");
    else if (!paths.contains(target) && !paths.contains(target + ".in"))
      found.push_back(shown(include) + ": there is no " + target);
  }
  return found;
}

vector<string> private_includes(const vector<Include>& includes) {
  static const std::regex standard("[a-z_0-9]+|immintrin\\.h");
  vector<string> found;
  for (const Include& include : includes) {
    if (!include.file.starts_with("include/")) continue;
    const bool is_public = include.kind == Include::Kind::quoted   ? include.target.starts_with("losscast/")
                           : include.kind == Include::Kind::angled ? std::regex_match(include.target, standard)
                                                                   : false;
    if (!is_public) found.push_back(shown(include) + ": is neither public nor standard");
  }
  return found;
}

vector<string> differences(const Rooms& one, const Rooms& other) {
  vector<string> found;
  Rooms all = one;
  all.insert(other.begin(), other.end());
  for (const auto& [room, uses] : all) {
    const auto in_one = one.find(room), in_other = other.find(room);
    if (in_one == one.end() || in_other == other.end())
      found.push_back(room + " is in the " + (in_one == one.end() ? "second" : "first") + " only");
    else if (in_one->second != in_other->second)
      found.push_back(room + " uses " + joined(in_one->second) + " in the first, " + joined(in_other->second) +
                      " in the second");
  }
  return found;
}

}  // namespace losscast::test
