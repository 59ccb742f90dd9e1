#include "losscast/scaling/scaling_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "losscast/scaling/plausible_numbers.hpp"
#include "scaling/joint_law.hpp"
#include "scaling/published_law.hpp"

namespace losscast {

namespace {

constexpr std::pair<const char*, ScalingForm> kForms[] = {
    {"joint", ScalingForm::joint}, {"additive", ScalingForm::additive}, {"tied", ScalingForm::tied}};

constexpr double kFittedPerFamily = 4;  // numbers that sizes have to tell: floor, A, alpha, and how the terms join

// The scatter of models about their law, where few tell it; and by how much ln L of larger models leaves the law for
// each factor e in size, by a law of the family itself and by one whose size term is another family's. Chosen by the
// coverage of bench/scaling_folds.
constexpr double kPriorScatter = 0.006, kPriorModels = 3;
constexpr double kErrorPerLogSize = 0.007, kLentErrorPerLogSize = 0.02;

constexpr int kMostCheckpoints = 200;  // of a model, before they are put together

constexpr double kHalfBand = 1.6449;  // standard deviations, of a normal band of 90%
constexpr double kSlack = 1.001;      // by which a number may leave the range seen

bool all_have_shapes(std::span<const SizedModel> models) {
  return std::ranges::all_of(models, [](const SizedModel& model) { return model.shape.has_value(); });
}

std::size_t sizes_needed(const ScalingOptions& options) {
  if (options.lender) return 1;
  return options.form == ScalingForm::tied ? 2 : 3;
}

void require_sizes(std::span<const SizedModel> models, const ScalingOptions& options) {
  std::set<double> sizes;
  for (const SizedModel& model : models) sizes.insert(model.params);
  const std::size_t needed = sizes_needed(options);
  if (sizes.size() >= needed) return;
  throw InputError(
      fmt::format("there {} of {}", models.size() == 1 ? "is one model" : fmt::format("are {} models", models.size()),
                  counted(sizes.size(), "size")),
      fmt::format("a law of this form needs {}", needed),
      options.form == ScalingForm::tied || sizes.empty()
          ? "measure another size"
          : "measure another size, or take A and alpha from another family's fit with --borrow");
}

// The law of either form; a lender's, with it.
ScalingLaw law_of(std::span<const SizedModel> models, const ScalingOptions& options, bool shaped) {
  const ScalingLaw* lent = options.lender ? &options.lender->law : nullptr;
  if (options.form != ScalingForm::joint) return published_law(models, options.form == ScalingForm::tied, lent);
  return JointLawProblem(models, shaped, lent).minimise(kScalingPriors);
}

std::optional<ModelShape> shape_used(const ScalingFit& fit, const std::optional<ModelShape>& shape) {
  return fit.shaped ? shape : std::nullopt;
}

// How far models lie from the law as wholes. What the law could follow is not counted as agreement.
double scatter_of_models(const ScalingFit& fit, std::span<const SizedModel> models) {
  double squares = kPriorModels * kPriorScatter * kPriorScatter;
  for (const SizedModel& model : models) {
    double mean = 0, rows = 0;
    for (const Checkpoint& point : model.checkpoints) {
      mean +=
          point.rows * std::log(point.loss / fit.law.loss(model.params, point.tokens, shape_used(fit, model.shape)));
      rows += point.rows;
    }
    mean /= rows;
    squares += mean * mean;
  }
  const double free = std::max(0.0, static_cast<double>(models.size()) - kFittedPerFamily);
  return std::sqrt(squares / (kPriorModels + free));
}

// Laws that are as likely as the best one.
class Draws {
 public:
  Draws(std::span<const SizedModel> models, const ScalingOptions& options, const ScalingFit& fit)
      : models_(models), options_(options), fit_(fit) {}

  ScalingLaw draw(std::uint64_t number) const {
    const std::vector<SizedModel> moved = moved_models(number);
    const ScalingLaw* lent = lent_law(number);
    if (options_.form != ScalingForm::joint) return published_law(moved, options_.form == ScalingForm::tied, lent);
    return JointLawProblem(moved, fit_.shaped, lent).minimise(drawn_priors(number), fit_.law);
  }

 private:
  enum class Use : std::uint32_t { models, priors };

  double normal(std::uint64_t number, std::size_t which, Use use) const {
    float normals[4];
    normals4(random_bits(options_.seed, Stream::scaling, number, static_cast<std::uint32_t>(which),
                         static_cast<std::uint32_t>(use)),
             normals);
    return static_cast<double>(normals[0]);
  }

  std::vector<SizedModel> moved_models(std::uint64_t number) const {
    std::vector<SizedModel> moved(models_.begin(), models_.end());
    for (std::size_t m = 0; m < moved.size(); ++m) {
      const double factor = std::exp(fit_.model_scatter * normal(number, m, Use::models));
      for (Checkpoint& point : moved[m].checkpoints) point.loss *= factor;
    }
    return moved;
  }

  ScalingPriors drawn_priors(std::uint64_t number) const {
    ScalingPriors priors = kScalingPriors;
    for (std::size_t i = 0; i < priors.size(); ++i)
      priors[i].centre += priors[i].deviation * normal(number, i, Use::priors);
    return priors;
  }

  const ScalingLaw* lent_law(std::uint64_t number) const {
    if (!options_.lender) return nullptr;
    const std::vector<ScalingLaw>& draws = options_.lender->draws;
    return draws.empty() ? &options_.lender->law : &draws[number % draws.size()];
  }

  std::span<const SizedModel> models_;
  const ScalingOptions& options_;
  const ScalingFit& fit_;
};

void describe_range(std::span<const SizedModel> models, ScalingFit& fit) {
  fit.models = static_cast<int>(models.size());
  fit.smallest_params = models.front().params;
  fit.least_tokens = models.front().checkpoints.front().tokens;
  for (const SizedModel& model : models) {
    fit.smallest_params = std::min(fit.smallest_params, model.params);
    fit.largest_params = std::max(fit.largest_params, model.params);
    fit.least_tokens = std::min(fit.least_tokens, model.checkpoints.front().tokens);
    fit.most_tokens = std::max(fit.most_tokens, model.checkpoints.back().tokens);
  }
}

void describe_error(std::span<const SizedModel> models, ScalingFit& fit) {
  for (const SizedModel& model : models)
    for (const Checkpoint& point : model.checkpoints) {
      const double expected = fit.law.loss(model.params, point.tokens, shape_used(fit, model.shape));
      fit.error += point.rows * std::abs(expected / point.loss - 1);
      fit.checkpoints += point.rows;
    }
  fit.error /= fit.checkpoints;
}

}  // namespace

std::optional<ScalingForm> scaling_form(const std::string& name) {
  for (const auto& [word, form] : kForms)
    if (name == word) return form;
  return std::nullopt;
}

std::string scaling_form_name(ScalingForm form) {
  return std::ranges::find(kForms, form, [](const auto& one) { return one.second; })->first;
}

ScalingFit fit_scaling(std::span<const SizedModel> all, const ScalingOptions& options) {
  if (options.form == ScalingForm::tied && options.lender)
    throw InputError("a borrowed law cannot be tied", "what is borrowed is what a tie would give",
                     "leave one of the two out");
  const std::vector<SizedModel> whole = above_tokens(without_beginning(all, options.drop), options.drop_tokens);
  require_sizes(whole, options);
  const std::vector<SizedModel> models = thinned(whole, kMostCheckpoints);
  ScalingFit fit;
  fit.form = options.form;
  fit.shaped = options.form == ScalingForm::joint && all_have_shapes(models);
  fit.law = law_of(models, options, fit.shaped);
  fit.error_per_log_size = options.lender ? kLentErrorPerLogSize : kErrorPerLogSize;
  fit.model_scatter = scatter_of_models(fit, models);
  describe_range(whole, fit);
  describe_error(models, fit);
  fit.draws.resize(static_cast<std::size_t>(options.draws));
  const Draws draws(models, options, fit);
  parallel_for(options.draws, options.threads, [&](std::int64_t i) {
    fit.draws[static_cast<std::size_t>(i)] = draws.draw(static_cast<std::uint64_t>(i));
  });
  return fit;
}

std::vector<std::string> doubts(const ScalingFit& fit) {
  constexpr double kLargestError = 0.05;    // of public families it is up to half a percent
  constexpr double kLargestScatter = 0.02;  // likewise
  constexpr double kLeastFall = 1e-3;       // of the loss, from the smallest model or the fewest tokens on to the most
  constexpr double kFarApart = 2;           // ratio of sizes or tokens over which that is to be seen
  std::vector<std::string> found;
  if (fit.error > kLargestError)
    found.push_back(
        fmt::format("the law is {:.3g}% off the losses that it was fitted to, on average: they follow no "
                    "such law",
                    100 * fit.error));
  if (fit.model_scatter > kLargestScatter)
    found.push_back(
        fmt::format("models lie {:.3g}% off the law as wholes: see that all sizes and tokens are in one unit",
                    100 * fit.model_scatter));
  const double at_end = fit.law.loss(fit.largest_params, fit.most_tokens);
  if (fit.largest_params > kFarApart * fit.smallest_params &&
      fit.law.loss(fit.smallest_params, fit.most_tokens) < (1 + kLeastFall) * at_end)
    found.push_back("by the law the loss does not fall as models grow");
  if (fit.least_tokens > 0 && fit.most_tokens > kFarApart * fit.least_tokens &&
      fit.law.loss(fit.largest_params, fit.least_tokens) < (1 + kLeastFall) * at_end)
    found.push_back("by the law the loss does not fall as tokens grow");
  const int numbers = fit.form == ScalingForm::tied ? 3 : fit.form == ScalingForm::additive ? 5 : fit.shaped ? 8 : 6;
  if (fit.checkpoints <= numbers)
    found.push_back(
        fmt::format("the checkpoints fitted, {}, are no more than the numbers of the law, {}, so that it is "
                    "mostly its priors",
                    fit.checkpoints, numbers));
  if (fit.draws.size() < 2)
    found.push_back("the law has fewer than two draws, so that its own uncertainty is not in the bands");
  return found;
}

ScalingForecast forecast(const ScalingFit& fit, double params, double tokens, const std::optional<ModelShape>& shape) {
  for (const double number : {params, tokens})
    if (!(number > 0) || !std::isfinite(number))
      throw InputError(fmt::format("{:.4g} is no size", number), "parameters and tokens are counted",
                       "give a number such as 1.3e9");
  const auto used = shape_used(fit, shape);
  ScalingForecast result;
  result.size_ratio = params / fit.largest_params;
  result.mean = fit.law.loss(params, tokens, used);
  double squares = 0;
  for (const ScalingLaw& law : fit.draws) {
    const double off = std::log(law.loss(params, tokens, used) / result.mean);
    squares += off * off;
  }
  if (!fit.draws.empty()) squares /= static_cast<double>(fit.draws.size());
  const double beyond = fit.error_per_log_size * std::log(std::max(1.0, result.size_ratio));
  const double deviation = std::sqrt(squares + fit.model_scatter * fit.model_scatter + beyond * beyond);
  result.deviation = result.mean * deviation;
  result.q05 = result.mean * std::exp(-kHalfBand * deviation);
  result.q95 = result.mean * std::exp(kHalfBand * deviation);
  if (!std::isfinite(result.mean) || !std::isfinite(result.q95))
    throw InputError(fmt::format("the law has no loss for {:.3g} parameters and {:.3g} tokens", params, tokens),
                     "they are too far from what it was fitted to", "ask nearer to it");
  return result;
}

std::vector<std::string> extrapolations(const ScalingFit& fit, double params, double tokens,
                                        const std::optional<ModelShape>& shape) {
  std::vector<std::string> found;
  if (params > kReliableSizeRatio * fit.largest_params * kSlack)
    found.push_back(
        fmt::format("{:.3g} parameters are {:.0f} times the largest model fitted; forecasts are known to "
                    "hold up to {:.0f} times",
                    params, params / fit.largest_params, kReliableSizeRatio));
  if (params * kSlack < fit.smallest_params)
    found.push_back(fmt::format("{:.3g} parameters are fewer than the smallest model fitted has, {:.3g}", params,
                                fit.smallest_params));
  if (tokens * kSlack < fit.least_tokens)
    found.push_back(
        fmt::format("{:.3g} tokens are fewer than at any checkpoint fitted, {:.3g}", tokens, fit.least_tokens));
  if (tokens > fit.most_tokens * kSlack)
    found.push_back(
        fmt::format("{:.3g} tokens are more than any model fitted has seen, {:.3g}", tokens, fit.most_tokens));
  if (fit.shaped && !shape)
    found.push_back("the fit knows what width and depth do, and they were not given: the best shape is taken");
  if (shape && !kPlausibleAspect.holds(shape->width / shape->depth))
    found.push_back(
        fmt::format("a width of {:.4g} at a depth of {:.4g} is no shape that models have", shape->width, shape->depth));
  return found;
}

}  // namespace losscast
