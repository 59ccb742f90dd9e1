#include "io/curve_keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "losscast/format/csv_reader.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

// Words of a key, each with what it stands for.
template <typename Value>
using Words = std::vector<std::pair<std::string, Value>>;

const Words<Resume> kResumes = {{"error", Resume::error}, {"first", Resume::first}, {"last", Resume::last}};
const Words<StepUnit> kStepUnits = {
    {"updates", StepUnit::updates}, {"samples", StepUnit::samples}, {"tokens", StepUnit::tokens}};
const Words<LossUnit> kLossUnits = {
    {"nats", LossUnit::nats}, {"bits", LossUnit::bits}, {"perplexity", LossUnit::perplexity}};
const Words<char> kDelimiters = {{",", ','}, {"\t", '\t'}, {";", ';'}, {"|", '|'}, {" ", CsvReader::kBlanks}};

// The value of a key that has one of these words; nothing if the key is not there.
template <typename Value>
std::optional<Value> read_word(const CurveTables& tables, std::string_view key, const Words<Value>& words,
                               std::string_view meaning, std::string_view remedy) {
  const DocumentNode* node = tables.find(key);
  if (!node) return std::nullopt;
  for (const auto& [word, value] : words)
    if (node->text() == word) return value;
  node->fail(fmt::format("\"{}\" is unknown", node->text()), meaning, remedy);
}

std::optional<Step> read_steps_below(const CurveTables& tables) {
  const DocumentNode* node = tables.find("steps_below");
  if (!node) return std::nullopt;
  if (node->whole_number() < 1)
    node->fail(fmt::format("{} leaves no point", node->whole_number()), "points at this step and after are left out",
               "give 1 or more");
  return node->whole_number();
}

CurveColumns read_columns(const CurveTables& tables) {
  static const std::vector<std::string> kKeys = {"step", "loss"};
  CurveColumns columns;
  const DocumentNode* node = tables.find("columns");
  if (!node) return columns;
  node->allow_only(kKeys);
  if (const DocumentNode* step = node->find("step")) columns.step = step->text();
  if (const DocumentNode* loss = node->find("loss")) columns.loss = loss->text();
  if (columns.step == columns.loss)
    node->fail(fmt::format("\"{}\" is both step and loss", columns.step), "they are two columns", "name another one");
  return columns;
}

Step read_mean_over(const CurveTables& tables) {
  static const std::vector<std::string> kKeys = {"mean_over"};
  const DocumentNode* node = tables.find("point");
  if (!node) return 0;
  if (std::holds_alternative<std::string>(node->data)) {
    if (node->text() == "instant") return 0;
    node->fail(fmt::format("\"{}\" is unknown", node->text()), "it says what a logged loss is",
               "give \"instant\", or { mean_over = N } for the mean over the last N updates");
  }
  node->allow_only(kKeys);
  const DocumentNode& updates = node->at("mean_over");
  if (updates.whole_number() < 1)
    updates.fail(fmt::format("{} is no number of updates to average over", updates.whole_number()),
                 "a point is the mean over that many", "give 1 or more, or point = \"instant\"");
  return updates.whole_number();
}

std::optional<Smoothing> read_smoothing(const CurveTables& tables) {
  static const std::vector<std::string> kKeys = {"ema", "debiased"};
  const DocumentNode* node = tables.find("smoothing");
  if (!node) return std::nullopt;
  node->allow_only(kKeys);
  const DocumentNode& weight = node->at("ema");
  if (!(weight.number() > 0 && weight.number() < 1))
    weight.fail(fmt::format("{} is not between 0 and 1", number_text(weight.number())),
                "it is the weight of the average before", "give the panel's number, or remove the key smoothing");
  const DocumentNode* debiased = node->find("debiased");
  return Smoothing{.weight = weight.number(), .debiased = !debiased || debiased->boolean()};
}

// `values`, each times `factor`.
StepValues scaled(const StepValues& values, double factor) {
  std::vector<Step> steps = values.changes();
  steps.insert(steps.begin(), 0);
  std::vector<double> products;
  for (const Step step : steps) products.push_back(factor * values.at(step));
  return StepValues(steps, products);
}

// The samples of each update follow the batch where that has stairs: samples are of one length.
StepValues read_samples(const CurveTables& tables, const DocumentNode& unit, const Recipe& recipe) {
  const auto first = read_positive(tables, "samples_per_step", "the samples of an update");
  if (!first)
    unit.fail("the samples of an update are not known", "steps are given in samples",
              "add samples_per_step, the sequences of all devices and accumulation steps together");
  return recipe.batch ? scaled(*recipe.batch, *first / recipe.batch->at(0)) : StepValues(*first);
}

void read_step_unit(const CurveTables& tables, const Recipe& recipe, CurveCsvOptions& options) {
  options.step_unit = read_word(tables, "step_unit", kStepUnits, "it says what the column of steps counts",
                                "give \"updates\", \"samples\" or \"tokens\"")
                          .value_or(StepUnit::updates);
  const DocumentNode* samples = tables.curve.find("samples_per_step");
  if (samples && options.step_unit != StepUnit::samples)
    samples->fail("nothing is given in samples", "it turns steps that are samples into updates",
                  "remove it, or add step_unit = \"samples\"");
  if (options.step_unit == StepUnit::updates) return;
  const DocumentNode& unit = *tables.find("step_unit");
  if (options.step_unit == StepUnit::samples) {
    options.per_update = read_samples(tables, unit, recipe);
    return;
  }
  if (!recipe.batch)
    unit.fail("the tokens of an update are not known", "steps are given in tokens",
              "add tokens_per_step, or to the schedule its batch");
  options.per_update = recipe.batch;
}

}  // namespace

std::optional<double> read_positive(const CurveTables& tables, std::string_view key, std::string_view meaning) {
  const DocumentNode* node = tables.find(key);
  if (!node) return std::nullopt;
  if (!(node->number() > 0))
    node->fail(fmt::format("{} is not positive", number_text(node->number())), fmt::format("this is {}", meaning),
               "give a number above 0");
  return node->number();
}

const std::vector<std::string>& csv_keys() {
  static const std::vector<std::string> kKeys = {"columns", "delimiter", "skip_empty",       "steps_below",
                                                 "resume",  "step_unit", "samples_per_step", "loss_unit",
                                                 "point",   "smoothing"};
  return kKeys;
}

CurveCsvOptions read_csv_options(const CurveTables& tables, const Recipe& recipe) {
  CurveCsvOptions options{.total_steps = recipe.total_steps(), .keys = KeysIn::manifest};
  options.steps_below = read_steps_below(tables);
  options.resume = read_word(tables, "resume", kResumes, "it says what to do where steps go back",
                             "give \"error\", \"first\" or \"last\"")
                       .value_or(Resume::error);
  options.columns = read_columns(tables);
  options.delimiter = read_word(tables, "delimiter", kDelimiters, "it separates the values of a row",
                                "give \",\", \"\\t\", \";\", \"|\" or, for one blank or more, \" \"");
  if (const DocumentNode* skip = tables.find("skip_empty")) options.skip_empty = skip->boolean();
  read_step_unit(tables, recipe, options);
  options.loss_unit = read_word(tables, "loss_unit", kLossUnits, "it says what the column of losses is in",
                                "give \"nats\", \"bits\" or \"perplexity\", each per token");
  options.mean_over = read_mean_over(tables);
  options.smoothing = read_smoothing(tables);
  return options;
}

}  // namespace losscast
