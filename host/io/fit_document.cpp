#include "io/fit_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <set>

#include "io/fit_keys.hpp"
#include "io/spikes_document.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

double positive(const DocumentNode& node) {
  if (!(node.number() > 0))
    node.fail(fmt::format("{} is not positive", number_text(node.number())), "it must be", "make the fit again");
  return node.number();
}

double not_negative(const DocumentNode& node) {
  if (!(node.number() >= 0))
    node.fail(fmt::format("{} is negative", number_text(node.number())), "it cannot be", "make the fit again");
  return node.number();
}

// 0 where an earlier version did not write it.
double not_negative_if_there(const DocumentNode* node) { return node != nullptr ? not_negative(*node) : 0; }

int count(const DocumentNode& node) {
  const std::int64_t value = node.whole_number();
  if (value < 0 || value > std::numeric_limits<int>::max())
    node.fail(fmt::format("{} is out of range", value), "it counts", "make the fit again");
  return static_cast<int>(value);
}

std::optional<double> positive_or_null(const DocumentNode& node) {
  return node.is_null() ? std::nullopt : std::optional(positive(node));
}

// Format 1 was of laws in other units, with a model adamw-robust.
void require_current_law(const DocumentNode& root) {
  constexpr std::int64_t kOldUnits = 1;
  if (const DocumentNode* format = root.find("format"); format && format->whole_number() == kOldUnits)
    format->fail("this fit is of an earlier version of losscast", "its law was another", "fit again");
}

std::vector<ParameterEstimate> read_parameters(const DocumentNode& node) {
  if (node.list().empty()) node.fail("there is no parameter", "a model has some", "make the fit again");
  std::vector<ParameterEstimate> parameters;
  std::set<std::string> names;
  for (const DocumentNode& entry : node.list()) {
    parameters.push_back({.name = entry.at("name").text(),
                          .value = entry.at("value").number(),
                          .standard_error = not_negative(entry.at("standard_error")),
                          .rhat = not_negative(entry.at("rhat")),
                          .bulk_ess = not_negative(entry.at("bulk_ess")),
                          .tail_ess = not_negative(entry.at("tail_ess")),
                          .at_bound = entry.at("at_bound").boolean()});
    if (!names.insert(parameters.back().name).second)
      entry.at("name").fail(fmt::format("the parameter \"{}\" is there twice", parameters.back().name),
                            "names must be unique", "make the fit again");
  }
  return parameters;
}

// Rows of `columns` numbers each.
std::vector<std::vector<double>> read_rows(const DocumentNode& node, std::size_t columns) {
  std::vector<std::vector<double>> rows;
  for (const DocumentNode& row : node.list()) {
    if (row.list().size() != columns)
      row.fail(fmt::format("there are {} numbers", row.list().size()),
               fmt::format("one for each of the {} parameters is wanted", columns), "make the fit again");
    std::vector<double>& numbers = rows.emplace_back();
    for (const DocumentNode& number : row.list()) numbers.push_back(number.number());
  }
  return rows;
}

std::vector<std::vector<double>> read_covariance(const DocumentNode& node, std::size_t parameters) {
  if (node.list().size() != parameters)
    node.fail(fmt::format("there are {} rows", node.list().size()),
              fmt::format("one for each of the {} parameters is wanted", parameters), "make the fit again");
  return read_rows(node, parameters);
}

std::vector<std::vector<double>> read_draws(const DocumentNode& node, std::size_t parameters) {
  if (node.list().empty())
    node.fail("there is no draw", "forecasts take their parameters from them", "make the fit again");
  return read_rows(node, parameters);
}

Noise read_noise(const DocumentNode& node) {
  Noise noise;
  for (const auto& [key, member] : kNoiseKeys) {
    const DocumentNode& entry = node.at(key);
    // 4 / d is what a hill's variance goes by: no hill has no dimensions.
    if (member == &Noise::hill_dimensions) positive(entry.at("value"));
    noise.*member = {.value = not_negative(entry.at("value")),
                     .fitted = entry.at("fitted").boolean(),
                     .source = entry.at("source").any_text()};
  }
  return noise;
}

std::vector<CurveDiagnostics> read_diagnostics(const DocumentNode& node) {
  std::vector<CurveDiagnostics> diagnostics;
  for (const DocumentNode& entry : node.list())
    diagnostics.push_back({.curve = entry.at("curve").text(),
                           .points = count(entry.at("points")),
                           .first_step = entry.at("first_step").whole_number(),
                           .mean_residual = entry.at("mean_residual").number(),
                           .rms_residual = not_negative(entry.at("rms_residual")),
                           .lag1_autocorrelation = entry.at("lag1_autocorrelation").number(),
                           .worst_relative_residual = not_negative(entry.at("worst_relative_residual")),
                           .rows = entry.find("rows") != nullptr ? count(entry.at("rows")) : 0,
                           .fast_noise = not_negative_if_there(entry.find("fast_noise"))});
  return diagnostics;
}

DisownedKind read_kind(const DocumentNode& node) {
  for (const DisownedKind kind : kDisownedKinds)
    if (node.text() == disowned_kind_name(kind)) return kind;
  node.fail(fmt::format("the kind \"{}\" is unknown", node.text()), "it says what is wrong with rows of a log",
            "make the fit again");
}

// Fits of earlier versions have no such list.
std::vector<DisownedRows> read_disowned(const DocumentNode& root) {
  std::vector<DisownedRows> disowned;
  const DocumentNode* list = root.find("disowned");
  if (list == nullptr) return disowned;
  for (const DocumentNode& entry : list->list())
    disowned.push_back({.curve = entry.at("curve").text(),
                        .kind = read_kind(entry.at("kind")),
                        .first_step = entry.at("first_step").whole_number(),
                        .last_step = entry.at("last_step").whole_number(),
                        .rows = count(entry.at("rows")),
                        .distance = entry.at("distance").number()});
  return disowned;
}

// Likewise.
std::vector<CopiedCurve> read_copies(const DocumentNode& root) {
  std::vector<CopiedCurve> copies;
  const DocumentNode* list = root.find("copies");
  if (list == nullptr) return copies;
  for (const DocumentNode& entry : list->list())
    copies.push_back({entry.at("curve").text(), entry.at("copy_of").text()});
  return copies;
}

// Likewise.
std::optional<double> read_moved_from(const DocumentNode& root, const std::optional<double>& params) {
  const DocumentNode* node = root.find("moved_from");
  if (node == nullptr) return {};
  const std::optional<double> size = positive_or_null(*node);
  if (size && !params)
    node->fail("it is not said to which size", "this is the size whose law was moved to that of the fit",
               "make the fit again");
  return size;
}

std::vector<std::string> read_warnings(const DocumentNode& node) {
  std::vector<std::string> warnings;
  for (const DocumentNode& warning : node.list()) warnings.push_back(warning.text());
  return warnings;
}

}  // namespace

RangesSeen read_ranges(const DocumentNode& node) {
  const RangesSeen seen = {.peak_lr_min = not_negative(node.at("peak_lr_min")),
                           .peak_lr_max = not_negative(node.at("peak_lr_max")),
                           .total_steps_min = node.at("total_steps_min").whole_number(),
                           .total_steps_max = node.at("total_steps_max").whole_number(),
                           .weight_decay_min = not_negative(node.at("weight_decay_min")),
                           .weight_decay_max = not_negative(node.at("weight_decay_max")),
                           .batch_min = not_negative(node.at("tokens_per_step_min")),
                           .batch_max = not_negative(node.at("tokens_per_step_max")),
                           .params_min = positive_or_null(node.at("params_min")),
                           .params_max = positive_or_null(node.at("params_max"))};
  if (seen.peak_lr_min > seen.peak_lr_max || seen.total_steps_min > seen.total_steps_max ||
      seen.weight_decay_min > seen.weight_decay_max || seen.batch_min > seen.batch_max ||
      seen.params_min > seen.params_max || seen.params_min.has_value() != seen.params_max.has_value())
    node.fail("a range is reversed or has one end only", "it says what the training curves covered",
              "make the fit again");
  return seen;
}

Fit read_fit_document(const DocumentNode& root) {
  require_current_law(root);
  require_format(root, Fit::kFormat);
  Fit fit;
  fit.model = root.at("model").text();
  fit.reference = {.lr = positive(root.at("ref_lr")),
                   .steps = positive(root.at("ref_steps")),
                   .weight_decay = not_negative(root.at("ref_weight_decay")),
                   .batch = not_negative(root.at("ref_tokens_per_step"))};
  if (const DocumentNode* power = root.find("limit_power")) {
    fit.reference.limit_power = not_negative(*power);
    fit.reference.limit_steps = positive(root.at("limit_steps"));
  }
  fit.weight_decay = not_negative(root.at("weight_decay"));
  fit.params = positive_or_null(root.at("params"));
  fit.moved_from = read_moved_from(root, fit.params);
  fit.parameters = read_parameters(root.at("parameters"));
  fit.covariance = read_covariance(root.at("covariance"), fit.parameters.size());
  fit.draws = read_draws(root.at("draws"), fit.parameters.size());
  fit.seed = static_cast<std::uint64_t>(root.at("seed").whole_number());
  fit.noise = read_noise(root.at("noise"));
  if (const DocumentNode* spikes = root.find(kFitSpikesKey)) fit.hazard = read_fitted_hazard(*spikes);
  fit.seen = read_ranges(root.at("seen"));
  fit.diagnostics = read_diagnostics(root.at("diagnostics"));
  fit.disowned = read_disowned(root);
  fit.copies = read_copies(root);
  fit.warnings = read_warnings(root.at("warnings"));
  fit.cost = root.at("cost").number();
  fit.starts = count(root.at("starts"));
  fit.starts_converged_to_best = count(root.at("starts_converged_to_best"));
  return fit;
}

std::vector<double> read_sizes_document(const DocumentNode& root) {
  std::vector<double> sizes;
  const DocumentNode* fits = root.find("sizes");
  if (fits == nullptr) return sizes;
  require_format(root, Fit::kFormat);
  if (fits->list().empty()) fits->fail("the list is empty", "it holds a fit for each size", "make the fit again");
  for (const DocumentNode& one : fits->list()) {
    const DocumentNode& params = one.at("params");
    if (!sizes.empty() && positive(params) <= sizes.back())
      params.fail(fmt::format("{} does not come after {}", number_text(params.number()), number_text(sizes.back())),
                  "sizes ascend", "make the fit again");
    sizes.push_back(positive(params));
    if (one.at("draws").list().size() != fits->list().front().at("draws").list().size())
      one.at("draws").fail("there are not as many draws as of the first size", "draws of all sizes belong together",
                           "make the fit again");
  }
  return sizes;
}

Fit read_fit_document(const DocumentNode& root, const std::optional<double>& params) {
  const std::vector<double> sizes = read_sizes_document(root);
  if (sizes.empty()) {
    Fit fit = read_fit_document(root);
    if (params && fit.params != params)
      root.fail(fmt::format("the fit is not of {} parameters", number_text(*params)),
                fit.params ? fmt::format("it is of {}", number_text(*fit.params)) : "it does not say its size",
                "leave the size out, or make a fit with --at-params");
    return fit;
  }
  std::vector<std::string> texts;
  for (const double size : sizes) texts.push_back(number_text(size));
  const std::string held = fmt::format("it holds fits of {} parameters", fmt::join(texts, ", "));
  if (!params) root.fail("one fit is wanted", held, "say which: --params N, or params = N in a sweep file");
  const auto found = std::ranges::find(sizes, *params);
  if (found == sizes.end())
    root.fail(fmt::format("there is no fit of {} parameters", number_text(*params)), held,
              "name one of these, or make a fit with --at-params");
  return read_fit_document(root.at("sizes").list()[static_cast<std::size_t>(found - sizes.begin())]);
}

}  // namespace losscast
