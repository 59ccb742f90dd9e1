#include "losscast/io/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "format/toml_document.hpp"
#include "io/continued_run.hpp"
#include "io/curve_keys.hpp"
#include "io/manifest_warnings.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/text/nearest.hpp"
#include "schedule/schedule_document.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFormat = 1;

const std::vector<std::string> kRootKeys = {"format", "defaults", "priors", "curve"};
// Keys of a curve that may stand in [defaults] too; so may csv_keys().
const std::vector<std::string> kSharedKeys = {"optimizer",   "weight_decay", "tokens_per_step", "params", "steps_from",
                                              "initial_rms", "data"};
const std::vector<std::string> kOwnKeys = {"name", "file", "schedule", "branch_of"};
const std::vector<std::string> kPriorKeys = {"centre", "deviation"};

std::vector<std::string> joined(std::vector<std::string> keys, const std::vector<std::string>& more) {
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

std::vector<std::string> defaults_keys() { return joined(kSharedKeys, csv_keys()); }

std::string read_name(const DocumentNode& curve) {
  const DocumentNode& name = curve.at("name");
  if (name.text().find(',') != std::string::npos)
    name.fail("the name has a comma in it", "commas separate the names in lists such as --train a,b", "leave it out");
  return name.text();
}

std::optional<double> read_weight_decay(const CurveTables& tables) {
  const DocumentNode* node = tables.find("weight_decay");
  if (!node) return std::nullopt;
  if (!(node->number() >= 0))
    node->fail(fmt::format("{} is negative", number_text(node->number())), "weight decay shrinks the weights",
               "give 0 or more");
  return node->number();
}

std::optional<Step> read_steps_from(const CurveTables& tables) {
  const DocumentNode* node = tables.find("steps_from");
  if (!node) return std::nullopt;
  if (node->whole_number() < 0)
    node->fail(fmt::format("{} is negative", node->whole_number()), "a fit takes the points from this step on",
               "give 0 or more");
  return node->whole_number();
}

// What the manifest says of one of the recipe's quantities, where the schedule says nothing.
void add_number(const CurveTables& tables, std::string_view key, std::string_view series, std::optional<double> number,
                std::optional<StepValues>& values) {
  if (const DocumentNode* own = tables.curve.find(key); own && values)
    own->fail(fmt::format("the schedule has a {} too", series), "each says the other", "remove one of them");
  if (number && !values) values = *number;
}

Recipe read_recipe(const CurveTables& tables, const fs::path& folder) {
  const DocumentNode& schedule = tables.curve.at("schedule");
  Recipe recipe = make_recipe_at(schedule, with_files_in(folder, schedule_arguments(schedule)));
  add_number(tables, "weight_decay", "weight_decay", read_weight_decay(tables), recipe.weight_decay);
  add_number(tables, "tokens_per_step", "batch",
             read_positive(tables, "tokens_per_step", "the tokens of one optimiser step"), recipe.batch);
  return recipe;
}

std::string word_or(const CurveTables& tables, const char* key, const std::string& otherwise) {
  const DocumentNode* node = tables.find(key);
  return node ? node->text() : otherwise;
}

// What a table says of a curve itself; not yet its log.
Curve read_run(const CurveTables& tables, Recipe recipe, const fs::path& folder) {
  return {.name = read_name(tables.curve),
          .file = tables.curve.at("file").file_in(folder),
          .recipe = std::move(recipe),
          .points = {},
          .optimizer = word_or(tables, "optimizer", "adamw"),
          .params = read_positive(tables, "params", "the size of the model"),
          .initial_rms = read_positive(tables, "initial_rms", "the rms of the initial weights"),
          .steps_from = read_steps_from(tables),
          .branch_of = tables.curve.find("branch_of") ? tables.curve.at("branch_of").text() : "",
          .family = tables.curve.at("schedule").at("family").text()};
}

void read_log(const CurveCsvOptions& options, Curve& curve, std::vector<std::string>& notes) {
  LoggedCurve logged = read_curve_csv(curve.file, options);
  curve.points = std::move(logged.points);
  curve.mean_over = options.mean_over;
  if (options.smoothing) curve.smoothing = options.smoothing->weight;
  for (const std::string& note : logged.notes) notes.push_back(fmt::format("curve {}, {}", curve.name, note));
}

// `first` is the curve that this one continues; null if it continues none.
ReadCurve read_curve(const CurveTables& tables, const fs::path& folder, const ReadCurve* first,
                     std::vector<std::string>& notes) {
  tables.curve.allow_only(joined(joined(kOwnKeys, continuation_keys()), defaults_keys()));
  Recipe recipe = read_recipe(tables, folder);
  std::optional<Continuation> continuation;
  if (first) continuation = read_continuation(tables, recipe, *first);
  Curve curve = read_run(tables, continuation ? continuation->whole : recipe, folder);
  const bool own_steps = continuation && continuation->steps_from_zero;
  read_log(read_csv_options(tables, own_steps ? continuation->own : curve.recipe), curve, notes);
  if (first) continue_curve(tables, *continuation, first->curve, curve);
  return {std::move(curve), word_or(tables, "loss_unit", "nats"), word_or(tables, "data", first ? first->data : "")};
}

// In the file's order, whatever the order in which they continue each other.
std::vector<ReadCurve> read_curves(const DocumentNode::List& nodes, const DocumentNode* defaults,
                                   const fs::path& folder, std::vector<std::string>& notes) {
  std::vector<std::optional<ReadCurve>> read(nodes.size());
  for (const std::size_t i : reading_order(nodes)) {
    const DocumentNode* continues = nodes[i].find("continues");
    const ReadCurve* first = nullptr;
    for (const auto& one : read)
      if (continues && one && one->curve.name == continues->text()) first = &*one;
    read[i] = read_curve({nodes[i], defaults}, folder, first, notes);
  }
  std::vector<ReadCurve> curves;
  for (auto& one : read) curves.push_back(std::move(*one));
  return curves;
}

void require_unique_names(const DocumentNode::List& nodes) {
  std::map<std::string, const DocumentNode*> seen;
  for (const DocumentNode& node : nodes) {
    const DocumentNode& name = node.at("name");
    const auto [first, is_new] = seen.emplace(name.text(), &name);
    if (!is_new)
      name.fail(fmt::format("the name \"{}\" is there twice", name.text()),
                fmt::format("it is also at {}", to_string(first->second->place)), "rename one of the curves");
  }
}

void require_known_branch(const DocumentNode& branch_of, const Curve& branch, const std::vector<Curve>& curves) {
  std::vector<std::string> others;
  for (const Curve& curve : curves)
    if (curve.name != branch.name) others.push_back(curve.name);
  if (std::find(others.begin(), others.end(), branch.branch_of) == others.end())
    branch_of.fail(fmt::format("\"{}\" is no other curve of this manifest", branch.branch_of), "a branch continues one",
                   suggestion(branch.branch_of, others, "add that run, or remove the key"));
}

// Which parameters there are is known where the model is.
GivenPrior read_prior(const DocumentNode& node) {
  node.allow_only(kPriorKeys);
  const DocumentNode& deviation = node.at("deviation");
  if (!(deviation.number() >= GivenPrior::kNarrowest))
    deviation.fail(fmt::format("{} is below {}", number_text(deviation.number()), number_text(GivenPrior::kNarrowest)),
                   "this is the standard deviation of a prior, and no fit searches more finely",
                   "give a larger number");
  return {node.name, node.at("centre").number(), deviation.number()};
}

std::vector<GivenPrior> read_priors(const DocumentNode& root) {
  std::vector<GivenPrior> priors;
  if (const DocumentNode* table = root.find("priors"))
    for (const DocumentNode& node : table->table().entries) priors.push_back(read_prior(node));
  return priors;
}

}  // namespace

Manifest read_manifest(const fs::path& file) {
  const DocumentNode root = read_toml_file(file);
  require_format(root, kFormat);
  root.allow_only(kRootKeys);
  const DocumentNode* defaults = root.find("defaults");
  if (defaults) defaults->allow_only(defaults_keys());
  const DocumentNode* curves = root.find("curve");
  if (!curves || curves->list().empty())
    root.fail("the manifest names no curve", "nothing can be fitted", "add a [[curve]] with name, file and schedule");
  require_unique_names(curves->list());

  Manifest manifest{.file = file, .curves = {}, .priors = read_priors(root)};
  std::vector<ReadCurve> read = read_curves(curves->list(), defaults, file.parent_path(), manifest.notes);
  manifest.warnings = data_warnings(read);
  for (ReadCurve& one : read) manifest.curves.push_back(std::move(one.curve));
  for (std::size_t i = 0; i < manifest.curves.size(); ++i)
    if (const DocumentNode* branch_of = curves->list()[i].find("branch_of"))
      require_known_branch(*branch_of, manifest.curves[i], manifest.curves);
  for (std::string& warning : batch_warnings(manifest.curves)) manifest.warnings.push_back(std::move(warning));
  manifest.norm_warnings = optimiser_warnings(manifest.curves);
  return manifest;
}

}  // namespace losscast
