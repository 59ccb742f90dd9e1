#include "losscast/io/sweep_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

#include "format/check_number.hpp"
#include "format/toml_document.hpp"
#include "io/family_space.hpp"
#include "io/objective_document.hpp"
#include "io/setting.hpp"
#include "io/spikes_document.hpp"
#include "io/sweep_text.hpp"
#include "io/sweep_words.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/random/normal_quantile.hpp"
#include "losscast/space/divergence_cost.hpp"
#include "losscast/text/nearest.hpp"
#include "schedule/schedule_document.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFormat = 1;
constexpr std::int64_t kFewestPaths = 2;  // a standard error needs two
constexpr std::int64_t kMostPaths = std::numeric_limits<int>::max();
constexpr std::int64_t kMostCandidates = 10'000'000;  // all are held in memory
constexpr std::int64_t kMostRaced = 1'000'000'000;
constexpr std::int64_t kMostTimes = 10'000;

const std::vector<std::string> kRootKeys = {"format",          "fit",    "params", "seed",   "paths", "objective",
                                            "divergence_cost", "spikes", "limits", "search", "bands", "family"};
const std::vector<std::string> kSearchKeys = {"method", "points", "candidates", "delta", "confidence", "horizons"};
const std::vector<std::string> kBandsKeys = {"candidates", "times"};

std::uint64_t read_seed(const DocumentNode& node) {
  if (node.whole_number() < 0)
    node.fail(fmt::format("{} is negative", node.whole_number()), "a seed is a number from 0", "give 0 or more");
  return static_cast<std::uint64_t>(node.whole_number());
}

double read_params(const DocumentNode& node) {
  if (!(node.number() > 0))
    node.fail(fmt::format("{} is not positive", number_text(node.number())), "it counts the parameters of a model",
              "give the size of one of the fits");
  return node.number();
}

std::int64_t read_count(const DocumentNode& node, std::int64_t least, std::int64_t most) {
  const std::int64_t count = node.whole_number();
  if (count < least)
    node.fail(fmt::format("{} is too few", count), fmt::format("at least {} is needed", least),
              fmt::format("give {} or more", least));
  if (count > most)
    node.fail(fmt::format("{} is too many", count), fmt::format("at most {} are possible", most), "lower it");
  return count;
}

double read_confidence(const DocumentNode& node) {
  const double confidence = node.number();
  node.check([&] { require_probability(confidence, "confidence", 0.95); });
  if (0.5 + confidence / 2 > kHighestNormalProbability)
    node.fail(fmt::format("{} is too close to 1", number_text(confidence)),
              "the normal law's tail beyond it, which the intervals' width follows from, is lost in rounding errors",
              "give at most 1 - 1e-11");
  return confidence;
}

// What the node's word stands for in a table of words.
template <typename Enumerator, std::size_t N>
Enumerator read_word(const DocumentNode& node, const std::array<Word<Enumerator>, N>& table) {
  if (const auto* word = find_word(table, node.text())) return word->second;
  std::vector<std::string> words;
  for (const auto& [word, enumerator] : table) words.emplace_back(word);
  node.fail(fmt::format("\"{}\" is unknown", node.text()), fmt::format("it may be: {}", fmt::join(words, ", ")),
            suggestion(node.text(), words, "use one of these"));
}

double read_delta(const DocumentNode& node) {
  const double delta = node.number();
  node.check([&] { require_nats(delta, number_text(delta), "difference that matters", "give one such as 1e-3"); });
  return delta;
}

std::vector<Step> read_horizons(const DocumentNode& node) {
  std::vector<Step> horizons;
  for (const DocumentNode& one : node.list()) {
    const Step before = horizons.empty() ? 0 : horizons.back();
    if (one.whole_number() <= before)
      one.fail(fmt::format("{} does not come after {}", one.whole_number(), before),
               "horizons are numbers of steps, ascending", "correct it");
    horizons.push_back(one.whole_number());
  }
  if (horizons.empty()) node.fail("the list is empty", "it holds numbers of steps", "give at least one");
  return horizons;
}

// A method is a way to lay points, all of which are simulated; or a race, which lays its points in one of these ways.
void read_method(const DocumentNode& search, SweepConfig& config) {
  const auto* method = search.find("method");
  const std::optional<SearchMethod> word = method ? read_word(*method, kMethods) : config.space.method;
  if (word) config.space.method = *word;
  if (!word) config.race.emplace();
  for (const char* key : {"points", "horizons"}) {
    const auto* of_a_race = search.find(key);
    if (of_a_race && !config.race)
      of_a_race->fail("only a race has this", "without one every candidate gets the same paths",
                      "leave it out, or set method = \"race\"");
  }
  if (const auto* points = search.find("points")) config.space.method = read_word(*points, kSearchMethods);
  if (const auto* delta = search.find("delta")) config.delta = read_delta(*delta);
  if (const auto* horizons = search.find("horizons")) config.space.horizons = read_horizons(*horizons);
}

void read_search(const DocumentNode& search, SweepConfig& config) {
  search.allow_only(kSearchKeys);
  read_method(search, config);
  if (const auto* candidates = search.find("candidates"))
    config.space.candidates = read_count(*candidates, 1, config.race ? kMostRaced : kMostCandidates);
  if (const auto* confidence = search.find("confidence")) config.confidence = read_confidence(*confidence);
}

void read_bands(const DocumentNode& bands, SweepConfig& config) {
  bands.allow_only(kBandsKeys);
  if (const auto* candidates = bands.find("candidates"))
    config.bands.candidates = read_word(*candidates, kBandsCandidates);
  if (const auto* times = bands.find("times")) config.bands.times = static_cast<int>(read_count(*times, 1, kMostTimes));
}

double read_limit(const DocumentNode& node) {
  const double limit = node.number();
  node.check([&] { require_probability(limit, "limit", 0.1); });
  return limit;
}

// Where the spikes are those of the fit, which is not read yet, nothing is known of a barrier.
void require_barrier(const DocumentNode& node, const SweepConfig& config) {
  if (config.has_spikes && !(config.spikes.barrier_limit > 0))
    node.fail("no run can diverge", "the table [spikes], or the fit, says where the barrier is, by barrier_limit",
              "add it, or leave this out");
}

double read_divergence_cost(const DocumentNode& node, const SweepConfig& config) {
  const double cost = node.number();
  node.check([&] { require_divergence_cost(cost); });
  require_barrier(node, config);
  return cost;
}

void read_limits(const DocumentNode& limits, SweepConfig& config) {
  std::vector<std::string> keys;
  for (const auto& [key, limit] : kLimits) keys.emplace_back(key);
  limits.allow_only(keys);
  if (!config.race)
    limits.fail("only a race has limits", "without one all candidates are simulated", "set search.method = \"race\"");
  for (const auto& [key, limit] : kLimits)
    if (const auto* node = limits.find(std::string(key))) config.limits.*limit = read_limit(*node);
  if (const auto* p_spike = limits.find("p_spike"); p_spike && config.has_spikes && !(config.spikes.jump_rate > 0))
    p_spike->fail("there are no jumps to limit", "the table [spikes], or the fit, says how they come",
                  "add it, or leave this out");
  if (const auto* p_diverge = limits.find("p_diverge")) require_barrier(*p_diverge, config);
}

// A mean of losses says nothing of runs that have none.
void require_word_on_divergence(const DocumentNode& spikes, const SweepConfig& config) {
  if (config.race && config.spikes.barrier_limit > 0 && !config.limits.divergence_probability &&
      !(config.divergence_cost > 0))
    spikes.fail("runs may diverge, and the sweep does not say what that is worth",
                "a race leaves out candidates that diverge too often, or counts a cost for each run that does",
                "set limits.p_diverge, such as to 1e-3, or divergence_cost, such as to 0.1 nats");
}

const std::vector<std::string> kTargetKeys = {"steps_to_loss"};

void read_target_loss(const DocumentNode& node, SweepConfig& config) {
  node.allow_only(kTargetKeys);
  const DocumentNode& written = node.at("steps_to_loss");
  const double loss = written.number();
  written.check([&] { require_nats(loss, number_text(loss), "loss", "correct it"); });
  if (!config.race || config.space.horizons.size() != 2)
    node.fail("it is not said between which numbers of steps to look", "a race looks between its two horizons",
              "set search.method = \"race\" and search.horizons = [FEWEST, MOST]");
  if (config.divergence_cost > 0)
    node.fail("divergence has a cost", "longer runs diverge more often, so that they need not come lower with it",
              "leave divergence_cost out, and set limits.p_diverge");
  config.race->target_loss = loss;
}

Objective read_objective_of(const DocumentNode& node, SweepConfig& config) {
  if (std::holds_alternative<DocumentTable>(node.data) && node.find("steps_to_loss")) {
    read_target_loss(node, config);
    return {};
  }
  const Objective objective = read_objective(node);
  if (objective.kind != Objective::Kind::mean && !config.race)
    node.fail("only a race has another objective than the mean", "without one all candidates are ranked by that",
              "set search.method = \"race\", or leave it out: the results have quantiles and tail means too");
  return objective;
}

// The file as it was written: its paths not yet relative to the current folder.
SweepConfig read_root(const DocumentNode& root) {
  require_format(root, kFormat);
  root.allow_only(kRootKeys);
  SweepConfig config;
  config.fit = root.at("fit").text();
  if (const auto* params = root.find("params")) config.params = read_params(*params);
  if (const auto* seed = root.find("seed")) config.seed = read_seed(*seed);
  if (const auto* paths = root.find("paths"))
    config.paths = static_cast<int>(read_count(*paths, kFewestPaths, kMostPaths));
  if (const auto* spikes = root.find("spikes")) {
    config.spikes = read_spikes_or_none(*spikes);
    config.has_spikes = true;
  }
  if (const auto* search = root.find("search")) read_search(*search, config);
  if (const auto* limits = root.find("limits")) read_limits(*limits, config);
  if (const auto* cost = root.find("divergence_cost")) config.divergence_cost = read_divergence_cost(*cost, config);
  if (const auto* spikes = root.find("spikes")) require_word_on_divergence(*spikes, config);
  if (const auto* objective = root.find("objective")) config.objective = read_objective_of(*objective, config);
  if (const auto* bands = root.find("bands")) read_bands(*bands, config);

  const DocumentNode* families = root.find("family");
  if (!families || families->list().empty())
    root.fail("the sweep has no family", "there is nothing to search",
              "add a [[family]] with a name and its arguments");
  for (const DocumentNode& family : families->list()) {
    config.space.families.push_back(read_family_space(family, config.space.method));
    if (const auto* total_steps = family.find("total_steps"); total_steps && !config.space.horizons.empty())
      total_steps->fail("the search has horizons", "each candidate is trained for each of them",
                        "leave one of the two out");
  }
  return config;
}

FamilySpace with_files_in(const fs::path& folder, FamilySpace space) {
  space.fixed = with_files_in(folder, std::move(space.fixed));
  for (Axis& axis : space.axes)
    for (Value& choice : axis.choices) {
      const Arguments alone{{{"family", space.family}, {axis.argument, choice}}};
      choice = with_files_in(folder, alone).values.at(axis.argument);
    }
  return space;
}

// The sweep that a document describes as if it were the content of `file`; its fit as it is written.
SweepConfig resolved(const DocumentNode& root, const fs::path& file) {
  SweepConfig config = read_root(root);
  config.resolved = sweep_text(config);
  config.space.file = file;
  for (FamilySpace& space : config.space.families) space = with_files_in(file.parent_path(), std::move(space));
  return config;
}

}  // namespace

SweepConfig read_sweep(const fs::path& file, std::span<const std::string> settings) {
  DocumentNode root = read_toml_file(file);
  for (const std::string& setting : settings) apply_setting(root, setting);
  SweepConfig config = resolved(root, file);
  config.fit = root.at("fit").file_in(file.parent_path());
  return config;
}

SweepConfig parse_resolved_sweep(std::string_view text, std::string_view origin) {
  const DocumentNode root = parse_toml(text, origin);
  SweepConfig config = read_root(root);
  config.resolved = text;
  config.fit = root.at("fit").text();
  return config;
}

void make_paths_absolute(SweepConfig& config) {
  for (FamilySpace& space : config.space.families) space = with_files_in(fs::current_path(), std::move(space));
}

SweepConfig read_frozen_sweep(const fs::path& copy, const fs::path& original) {
  return resolved(read_toml_file(copy), original);
}

}  // namespace losscast
