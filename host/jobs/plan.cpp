#include "losscast/jobs/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <nlohmann/json.hpp>

#include "format/json_document.hpp"
#include "format/json_text.hpp"
#include "format/kept_file.hpp"
#include "format/sha256.hpp"
#include "format/write_target.hpp"
#include "io/provenance_json.hpp"
#include "jobs/plan_identity.hpp"
#include "jobs/round_folder.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/sweep/begin_rounds.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kCandidatesKey = "search.candidates";
constexpr const char* kPlanFile = "plan.json";
constexpr const char* kSweepFile = "sweep.toml";
constexpr const char* kFitFile = "fit.json";
constexpr int kFormat = 1;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json options_json(const SweepOptions& options) {
  return {{"scheme", static_cast<int>(options.scheme)},
          {"math", static_cast<int>(options.execution.math)},
          {"block", or_null(options.block)},
          {"antithetic", static_cast<int>(options.levers.antithetic)},
          {"conditional_mean", static_cast<int>(options.levers.conditional_mean)},
          {"exact_jumps", static_cast<int>(options.levers.exact_jumps)},
          {"target_se", or_null(options.goal.target_error)},
          {"max_path_steps", or_null(options.goal.stop.path_steps)},
          {"max_seconds", or_null(options.goal.stop.seconds)},
          {"rounds", or_null(options.goal.stop.rounds)}};
}

template <class T>
void get_to(const Json& object, const char* key, std::optional<T>& value) {
  if (!object.at(key).is_null()) value = object.at(key).get<T>();
}

SweepOptions options_of(const Json& object) {
  SweepOptions options;
  options.scheme = static_cast<Scheme>(object.at("scheme").get<int>());
  options.execution.math = static_cast<MathMode>(object.at("math").get<int>());
  get_to(object, "block", options.block);
  options.levers.antithetic = static_cast<Lever>(object.at("antithetic").get<int>());
  options.levers.conditional_mean = static_cast<Lever>(object.at("conditional_mean").get<int>());
  options.levers.exact_jumps = static_cast<Lever>(object.at("exact_jumps").get<int>());
  get_to(object, "target_se", options.goal.target_error);
  get_to(object, "max_path_steps", options.goal.stop.path_steps);
  get_to(object, "max_seconds", options.goal.stop.seconds);
  get_to(object, "rounds", options.goal.stop.rounds);
  return options;
}

[[noreturn]] void fail_changed(const fs::path& file) {
  throw InputError("the file is not what was planned", "it was changed since, or is damaged",
                   "restore it, or plan anew, in another folder")
      .at(file.string());
}

// plan.json, of which the checksum of the rest is the last entry.
Json read_plan_json(const fs::path& folder) {
  const fs::path file = folder / kPlanFile;
  Json object;
  try {
    object = Json::parse(read_kept_file(file));
    if (object.at("version") != build_info().version)
      throw InputError(fmt::format("the plan is of losscast {}", object.at("version").get<std::string>()),
                       fmt::format("this is {}", build_info().version), "use that version, or plan anew")
          .at(file.string());
    Json rest = object;
    rest.erase("sha256");
    if (object.at("sha256") != sha256(json_text(rest))) fail_changed(file);
  } catch (const Json::exception&) {
    fail_changed(file);
  }
  return object;
}

PlanIdentity identity_of(const SweepPlan& plan, const std::string& fit_bytes) {
  return plan_identity(plan.config, plan.options, sha256(fit_bytes));
}

std::string planned_hash(const fs::path& folder) { return read_plan_json(folder).at("hash"); }

// The settings as they lie in plan.json.
PlanIdentity planned_identity(const Json& plan) { return plan.at("settings").get<PlanIdentity>(); }

const std::string& or_none(const std::string& value) {
  static const std::string kNone = "not there";
  return value.empty() ? kNone : value;
}

// The file of the plan, or of those it names, that a setting is read from.
fs::path file_of(const std::string& key, const SweepConfig& config, const fs::path& folder) {
  if (key == kFitKey) return folder / kFitFile;
  if (const std::optional<fs::path> rates = rates_file(config.space, key)) return *rates;
  return folder / (key == kVersionKey || key.starts_with("--") ? kPlanFile : kSweepFile);
}

// Whether candidates are about to be added to the plan with this hash, by a call that was interrupted.
bool is_half_extended(const fs::path& folder, const std::string& hash) {
  try {
    return last_round(folder) > 0 && read_round(folder, 1).extends(hash);
  } catch (const InputError&) {
    return false;
  }
}

void require_planned(const PlanIdentity& planned, const PlanIdentity& now, const SweepConfig& config,
                     const fs::path& folder) {
  const std::vector<DifferingKey> keys = differing_keys(planned, now);
  if (keys.empty()) return;
  const DifferingKey& first = keys.front();
  if (first.key == kCandidatesKey && is_half_extended(folder, identity_hash(planned))) fail_half_extended(folder);
  throw InputError(fmt::format("{} is not what was planned", first.key),
                   fmt::format("it was {} and is {}", or_none(first.before), or_none(first.now)),
                   "restore the file, or plan anew, in another folder")
      .at(file_of(first.key, config, folder).string());
}

void require_there(const fs::path& file) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) return;
  throw InputError("the file is missing", "it is a part of the plan", "restore it, or plan anew, in another folder")
      .at(file.string());
}

// Its copy in the plan's folder; `original` is where the users have it.
SweepConfig read_planned_sweep(const fs::path& copy, const fs::path& original) {
  require_there(copy);
  try {
    return read_frozen_sweep(copy, original);
  } catch (const InputError& error) {
    if (!std::string_view(error.what()).starts_with(copy.string())) throw;
    fail_changed(copy);
  }
}

// Before it is read, as a damaged one may say anything.
void require_planned_fit(const PlanIdentity& planned, const std::string& fit_bytes, const fs::path& file) {
  const auto before = planned.find(kFitKey);
  if (before == planned.end() || before->second != sha256(fit_bytes)) fail_changed(file);
}

// A plan begins with its first round: without it, these files are somebody's own.
void require_room_for_plan(const fs::path& folder) {
  std::error_code ignored;
  for (const char* file : {kFitFile, kSweepFile})
    if (fs::exists(fs::symlink_status(folder / file, ignored)))
      throw InputError("there is a file of that name already", "a plan keeps its own here, and it is not written over",
                       "name another folder")
          .at((folder / file).string());
}

Json cost_json(const std::optional<PlanCost>& cost) {
  if (!cost) return nullptr;
  return {{"items", cost->items}, {"seconds", cost->seconds}, {"bytes", cost->bytes}, {"files", cost->files}};
}

std::string plan_text(const SweepPlan& plan, const std::string& fit_bytes, const std::optional<PlanCost>& cost,
                      int shards, const Provenance& provenance) {
  Json object = {{"format", kFormat},
                 {"version", build_info().version},
                 {"revision", build_info().revision},
                 {"hash", plan.hash},
                 {"sweep", fs::absolute(plan.file).string()},
                 {"fit", plan.config.fit.string()},
                 {"shards", shards},
                 {"options", options_json(plan.options)},
                 {"settings", identity_of(plan, fit_bytes)},
                 {"cost", cost_json(cost)},
                 {"provenance", provenance_json(provenance)}};
  object["sha256"] = sha256(json_text(object));
  return json_text(object);
}

// The plan's files but for the rounds. They are written beside their final places, where a full disk shows before any
// of them is changed, and put there by commit(): plan.json last.
class PlanFiles {
 public:
  PlanFiles(const SweepPlan& plan, const std::optional<PlanCost>& cost, int shards, const fs::path& folder,
            const Provenance& provenance) {
    const std::string fit_bytes = read_kept_file(plan.config.fit);
    add(folder / kFitFile, fit_bytes);
    add(folder / kSweepFile, plan.config.resolved);
    add(folder / kPlanFile, plan_text(plan, fit_bytes, cost, shards, provenance));
  }

  void commit() {
    for (AtomicFile& file : files_) file.commit();
  }

 private:
  // A file that is so already is left alone.
  void add(const fs::path& file, const std::string& text) {
    std::error_code ignored;
    if (!fs::exists(file, ignored) || read_kept_file(file) != text) files_.emplace_back(file).append(text);
  }

  std::list<AtomicFile> files_;
};

// How many candidates the plan in the folder has, from the keys in which one with more of them differs from it.
std::int64_t candidates_before(const std::vector<DifferingKey>& keys, const fs::path& folder) {
  for (const DifferingKey& key : keys)
    if (key.key != kCandidatesKey)
      throw InputError(
          fmt::format("{} is not what was planned", key.key),
          fmt::format("it was {} and is {}, and only candidates can be added", or_none(key.before), or_none(key.now)),
          "plan anew, in another folder")
          .at(folder.string());
  const std::int64_t planned = std::stoll(keys.front().before), now = std::stoll(keys.front().now);
  if (now < planned)
    throw InputError(fmt::format("the plan has {} candidates", planned),
                     fmt::format("{} are asked for, and none can be taken away", now),
                     "ask for more, or plan anew in another folder")
        .at(folder.string());
  return planned;
}

// Adds the candidates that the plan has beside those of the round, in shards of their own.
void add_items(PlannedRound& round, const SweepPlan& plan, std::int64_t candidates_of_round,
               std::optional<int> shards) {
  const auto rounds = extend_rounds(plan.config, plan.fit, plan.options, round.state, candidates_of_round);
  const Round all = *rounds->open();
  Round added = all;
  added.items -= round.round.items;
  added.seconds *= static_cast<double>(added.items) / static_cast<double>(all.items);
  const std::int64_t divided = std::min<std::int64_t>(shards.value_or(usual_shards(added)), added.items);
  round.earlier.push_back({round.plan, round.shards()});
  for (const std::int64_t cut : even_cuts(added.items, static_cast<int>(divided)))
    if (cut > 0) round.cuts.push_back(round.round.items + cut);
  round.plan = plan.hash;
  round.round = all;
  round.state = rounds->state();
  add_revisions(round.revisions, {build_info().revision});
}

}  // namespace

SweepPlan make_plan(const fs::path& file, SweepConfig config, Fit fit, const SweepOptions& options) {
  SweepPlan plan;
  plan.config = std::move(config);
  make_paths_absolute(plan.config);
  plan.fit = std::move(fit);
  plan.options = options;
  plan.file = file;
  plan.hash = identity_hash(identity_of(plan, read_kept_file(plan.config.fit)));
  return plan;
}

bool holds_plan(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / kPlanFile, ignored);
}

std::vector<DifferingKey> differing_keys(const fs::path& folder, const SweepPlan& plan) {
  return differing_keys(planned_identity(read_plan_json(folder)), identity_of(plan, read_kept_file(plan.config.fit)));
}

std::string planned_revision(const fs::path& folder) { return read_plan_json(folder).at("revision"); }

int planned_shards(const fs::path& folder) { return read_plan_json(folder).at("shards"); }

std::optional<PlanCost> planned_cost(const fs::path& folder) {
  const Json cost = read_plan_json(folder).at("cost");
  if (cost.is_null()) return {};
  return PlanCost{cost.at("items"), cost.at("seconds"), cost.at("bytes"), cost.at("files")};
}

int usual_shards(const Round& round) {
  constexpr double kSecondsOfAShard = 600;
  constexpr std::int64_t kFewestItems = 1000, kMostShards = 1000;
  const auto by_time = static_cast<std::int64_t>(std::min(std::ceil(round.seconds / kSecondsOfAShard), 1e6));
  return static_cast<int>(
      std::clamp<std::int64_t>(by_time, 1, std::clamp<std::int64_t>(round.items / kFewestItems, 1, kMostShards)));
}

std::optional<PlanCost> cost_of(const SweepPlan& plan, const SweepRounds& begun, int shards) {
  const std::optional<Round> round = begun.open();
  if (!round) return {};
  return cost_of(plan.config, *round, begun.state().size(), shards);
}

void freeze_plan(const SweepPlan& plan, const SweepRounds& begun, int shards, const fs::path& folder,
                 const Provenance& provenance) {
  std::error_code problem;
  if (fs::is_regular_file(folder, problem)) write_target(folder);  // says if it is an input
  fs::create_directories(folder, problem);
  if (problem)
    throw IoError("the folder cannot be made", problem.message(), "check the path and its permissions")
        .at(folder.string());
  remove_plan(folder);
  require_room_for_plan(folder);
  const std::optional<Round> round = begun.open();
  if (round)
    write_round(folder,
                {1, plan.hash, *round, even_cuts(round->items, shards), begun.state(), {}, {build_info().revision}});
  PlanFiles(plan, cost_of(plan, begun, shards), round ? shards : 0, folder, provenance).commit();
}

int extend_plan(const SweepPlan& plan, std::optional<int> shards, const fs::path& folder,
                const Provenance& provenance) {
  if (!holds_plan(folder))
    throw InputError("there is no plan that could be extended", "the folder holds no plan.json",
                     "leave --extend out to make one, or name the plan's folder")
        .at(folder.string());
  const std::vector<DifferingKey> keys = differing_keys(folder, plan);
  if (keys.empty()) {
    if (is_half_extended(folder, plan.hash)) fail_half_extended(folder);
    return 0;
  }
  const std::int64_t candidates = candidates_before(keys, folder);
  require_extendable(plan.config, plan.options);
  PlannedRound round = read_round(folder, 1);
  const bool is_begun = round.plan == plan.hash;  // by a call that was interrupted
  if (!is_begun) round = read_round(folder, 1, planned_hash(folder));
  const int before = is_begun && !round.earlier.empty() ? round.earlier.back().shards : round.shards();
  if (!is_begun) add_items(round, plan, candidates, shards);
  const PlanCost cost = cost_of(plan.config, round.round, round.state.size(), round.shards());
  PlanFiles files(plan, cost, round.shards(), folder, provenance);
  if (!is_begun) write_round(folder, round);
  remove_rounds(folder, 2);
  files.commit();
  return round.shards() - before;
}

void remove_plan(const fs::path& folder) {
  std::error_code ignored;
  if (holds_plan(folder) || last_round(folder) > 0) {
    fs::remove(folder / kPlanFile, ignored);  // from here on the rest is no plan
    for (const char* file : {kFitFile, kSweepFile}) fs::remove(folder / file, ignored);
  }
  remove_rounds(folder);  // last, as without them nothing says that the files are those of a plan
  remove_leftovers(folder);
}

SweepPlan read_plan(const fs::path& folder) {
  if (!holds_plan(folder))
    throw InputError("there is no plan in this folder", "it holds no plan.json", "make one with `losscast plan`")
        .at(folder.string());
  const Json object = read_plan_json(folder);
  require_there(folder / kFitFile);
  const std::string fit_bytes = read_kept_file(folder / kFitFile);
  const PlanIdentity planned = planned_identity(object);
  require_planned_fit(planned, fit_bytes, folder / kFitFile);
  SweepPlan plan;
  plan.file = object.at("sweep").get<std::string>();
  plan.config = read_planned_sweep(folder / kSweepFile, plan.file);
  plan.config.fit = object.at("fit").get<std::string>();
  plan.options = options_of(object.at("options"));
  require_planned(planned, identity_of(plan, fit_bytes), plan.config, folder);
  plan.fit = read_fit(folder / kFitFile, plan.config.params);
  plan.hash = object.at("hash");
  return plan;
}

}  // namespace losscast
