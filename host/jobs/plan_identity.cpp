#include "jobs/plan_identity.hpp"

#include <fmt/format.h>

#include <set>
#include <sstream>

#include "format/sha256.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/format/text_file.hpp"

namespace losscast {
namespace {

// Adds the settings of a sweep file as sweep_text() writes it: a line each, tables by their headers, and families by
// their names, of which a second one of the same name has a number.
void add_settings(const std::string& text, PlanIdentity& identity) {
  std::istringstream lines(text);
  std::string section;
  std::map<std::string, int> families;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    if (line.starts_with('[')) {
      section = line.substr(line.find_first_not_of('['), line.find(']') - line.find_first_not_of('[')) + ".";
      continue;
    }
    const std::size_t middle = line.find(" = ");
    const std::string key = line.substr(0, middle), value = line.substr(middle + 3);
    if (section.starts_with("family.") && key == "name") {
      const std::string name = value.substr(1, value.size() - 2);
      const int count = ++families[name];
      section = count == 1 ? fmt::format("family.{}.", name) : fmt::format("family.{}({}).", name, count);
    }
    identity[section + key] = value;
  }
}

// The files that schedules are read from.
void add_paths(const Arguments& arguments, std::set<std::string>& paths) {
  for (const auto& [key, value] : arguments.values) {
    if (key == "path") paths.insert(std::get<std::string>(value));
    if (const auto* phases = std::get_if<std::vector<Arguments>>(&value))
      for (const Arguments& phase : *phases) add_paths(phase, paths);
  }
}

std::set<std::string> paths_of(const SearchSpace& space) {
  std::set<std::string> paths;
  for (const FamilySpace& family : space.families) {
    add_paths(family.fixed, paths);
    for (const Axis& axis : family.axes)
      for (const Value& choice : axis.choices) add_paths(Arguments{{{axis.argument, choice}}}, paths);
  }
  return paths;
}

std::string rates_key(const std::filesystem::path& file) { return file.filename().string() + ", SHA-256"; }

const char* lever_name(Lever lever) { return lever == Lever::off ? "off" : lever == Lever::on ? "on" : "automatic"; }

}  // namespace

PlanIdentity plan_identity(const SweepConfig& config, const SweepOptions& options, const std::string& fit_sha256) {
  PlanIdentity identity;
  add_settings(config.resolved, identity);
  identity[kFitKey] = fit_sha256;
  for (const std::filesystem::path path : paths_of(config.space))  // wherever they lie
    identity[rates_key(path)] += sha256(read_text_file(path));
  identity[kVersionKey] = build_info().version;
  identity["--scheme"] = options.scheme == Scheme::euler ? "euler" : "exact-moments";
  identity["--math"] = options.execution.math == MathMode::fast ? "fast" : "reproducible";
  if (options.block) identity["--block"] = fmt::format("{}", *options.block);
  identity["--levers"] =
      fmt::format("antithetic {}, conditional-mean {}, exact-jumps {}", lever_name(options.levers.antithetic),
                  lever_name(options.levers.conditional_mean), lever_name(options.levers.exact_jumps));
  const PrecisionGoal& goal = options.goal;
  if (goal.target_error) identity["--target-se"] = number_text(*goal.target_error);
  if (goal.stop.path_steps) identity["--max-path-steps"] = fmt::format("{}", *goal.stop.path_steps);
  if (goal.stop.seconds) identity["--max-seconds"] = number_text(*goal.stop.seconds);
  if (goal.stop.rounds) identity["--rounds"] = fmt::format("{}", *goal.stop.rounds);
  return identity;
}

std::optional<std::filesystem::path> rates_file(const SearchSpace& space, const std::string& key) {
  for (const std::filesystem::path path : paths_of(space))
    if (rates_key(path) == key) return path;
  return {};
}

std::string identity_hash(const PlanIdentity& identity) {
  std::string text;
  for (const auto& [key, value] : identity) text += fmt::format("{}\n{}\n", key, value);
  return sha256(text);
}

std::vector<DifferingKey> differing_keys(const PlanIdentity& before, const PlanIdentity& now) {
  std::vector<DifferingKey> keys;
  const auto value_in = [](const PlanIdentity& identity, const std::string& key) {
    const auto found = identity.find(key);
    return found == identity.end() ? std::string() : found->second;
  };
  PlanIdentity all = before;
  all.insert(now.begin(), now.end());
  for (const auto& [key, value] : all)
    if (value_in(before, key) != value_in(now, key)) keys.push_back({key, value_in(before, key), value_in(now, key)});
  return keys;
}

}  // namespace losscast
