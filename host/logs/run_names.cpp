#include "logs/run_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "losscast/base/error.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;

// Names that say which program wrote the file, and not of which run.
bool is_usual_name(const std::string& stem) {
  static const std::array<std::string, 11> kUsual = {"metrics", "trainer_state", "log",          "main",
                                                     "train",   "history",       "output",       "stdout",
                                                     "stderr",  "losses",        "wandb-history"};
  return stem.find("tfevents") != std::string::npos || std::ranges::find(kUsual, stem) != kUsual.end();
}

// The path's last words, the one that names the run last.
std::vector<std::string> words_of(const fs::path& source) {
  std::error_code ignored;
  const fs::path whole = fs::weakly_canonical(source, ignored);
  std::vector<std::string> words;
  for (const fs::path& part : whole.empty() ? source : whole)
    if (part != part.root_path()) words.push_back(part.string());
  if (words.empty()) return {"run"};
  if (fs::is_directory(source, ignored)) return words;
  words.back() = fs::path(words.back()).stem().string();
  while (words.size() > 1 && (is_usual_name(words.back()) || words.back().starts_with("checkpoint-"))) words.pop_back();
  return words;
}

std::string fit_for_a_file(const std::string& name) {
  std::string fit;
  for (const char c : name) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    fit += is_plain ? c : '_';
  }
  while (fit.starts_with('.')) fit.erase(0, 1);
  return fit.empty() ? "run" : fit;
}

// What tells a table's run from others.
std::string key_of(const LogTable& table, const LogChoices& choices) {
  if (!choices.run.empty()) return "the one run";
  return table.run.empty() ? "source " + table.source.string() : "run " + table.run;
}

std::string first_name(const LogTable& table, const LogChoices& choices) {
  if (!choices.run.empty()) return choices.run;
  return table.run.empty() ? words_of(table.source).back() : table.run;
}

// Tells runs of the same name apart by the folders that they lie in, or else by numbers.
void make_unique(std::vector<NamedRun>& runs) {
  std::map<std::string, int> counts;
  for (const NamedRun& run : runs) ++counts[run.name];
  for (NamedRun& run : runs) {
    if (counts[run.name] == 1 || !run.tables.front()->run.empty()) continue;
    const std::vector<std::string> words = words_of(run.tables.front()->source);
    if (words.size() > 1) run.name = fit_for_a_file(words[words.size() - 2] + "_" + words.back());
  }
  std::set<std::string> taken;
  for (NamedRun& run : runs) {
    const std::string name = run.name;
    for (int i = 2; !taken.insert(run.name).second; ++i) run.name = fmt::format("{}_{}", name, i);
  }
}

void require_one_run(const std::vector<LogTable>& tables, const LogChoices& choices) {
  if (choices.run.empty()) return;
  for (const LogTable& table : tables)
    if (table.run != tables.front().run)
      throw InputError(
          fmt::format("the logs are of several runs, such as \"{}\" and \"{}\"", tables.front().run, table.run),
          "they cannot be of one name", "leave --run out")
          .at(table.file.string());
}

}  // namespace

std::vector<NamedRun> named_runs(const std::vector<LogTable>& tables, const LogChoices& choices) {
  require_one_run(tables, choices);
  std::vector<NamedRun> runs;
  std::map<std::string, std::size_t> by_key;
  for (const LogTable& table : tables) {
    const auto [found, is_new] = by_key.emplace(key_of(table, choices), runs.size());
    if (is_new) runs.push_back({fit_for_a_file(first_name(table, choices)), {}});
    runs[found->second].tables.push_back(&table);
  }
  make_unique(runs);
  return runs;
}

}  // namespace losscast
