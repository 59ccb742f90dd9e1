#include "losscast/scaling/scaling_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "scaling/joint_law.hpp"
#include "scaling/published_law.hpp"

namespace losscast {

namespace {

constexpr std::pair<const char*, ScalingForm> kForms[] = {
    {"joint", ScalingForm::joint}, {"additive", ScalingForm::additive}, {"tied", ScalingForm::tied}};

constexpr std::size_t kFewestForShape = 5;  // models, and a parameter more each for the penalty and the best aspect
constexpr std::size_t kFewestAspects = 3;
constexpr double kFittedPerModel = 4;  // numbers that sizes have to tell: floor, A, alpha, and how the terms join
constexpr double kHalfBand = 1.6449;   // standard deviations, of a normal band of 90%
constexpr double kSlack = 1.001;       // by which a number may leave the range seen

bool shapes_tell(std::span<const SizedModel> models) {
  std::set<double> aspects;
  for (const SizedModel& model : models) {
    if (!model.shape) return false;
    aspects.insert(model.shape->width / model.shape->depth);
  }
  return models.size() >= kFewestForShape && aspects.size() >= kFewestAspects;
}

std::size_t sizes_needed(const ScalingOptions& options) {
  if (options.borrowed) return 1;
  return options.form == ScalingForm::tied ? 2 : 3;
}

void require_sizes(std::span<const SizedModel> models, const ScalingOptions& options) {
  std::set<double> sizes;
  for (const SizedModel& model : models) sizes.insert(model.params);
  const std::size_t needed = sizes_needed(options);
  if (sizes.size() >= needed) return;
  throw InputError(fmt::format("there {} of {} size{}",
                               models.size() == 1 ? "is one model" : fmt::format("are {} models", models.size()),
                               sizes.size(), sizes.size() == 1 ? "" : "s"),
                   fmt::format("a law of this form needs {}", needed),
                   options.form == ScalingForm::tied || sizes.empty()
                       ? "measure another size"
                       : "measure another size, or take A and alpha from another family's fit with --borrow");
}

// Laws of either form, of models that count by weight.
class Fitter {
 public:
  Fitter(std::span<const SizedModel> models, const ScalingOptions& options, bool shaped)
      : models_(models), options_(options), joint_(models, shaped, borrowed()) {}

  ScalingLaw best() const {
    const std::vector<double> equal(models_.size(), 1.0);
    return options_.form == ScalingForm::joint ? joint_.minimise(equal, kScalingPriors) : published(equal);
  }

  ScalingLaw draw(std::uint64_t number, const ScalingLaw& best) const {
    std::vector<double> weights(models_.size());
    double sum = 0;
    for (std::size_t m = 0; m < weights.size(); ++m) {
      const RandomBits bits = random_bits(options_.seed, Stream::scaling, number, static_cast<std::uint32_t>(m), 0);
      sum += weights[m] = -std::log(static_cast<double>(open_uniform(bits.word[0])));
    }
    for (double& weight : weights) weight *= static_cast<double>(weights.size()) / sum;
    if (options_.form != ScalingForm::joint) return published(weights);
    return joint_.minimise(weights, drawn_priors(number), best);
  }

 private:
  const ScalingLaw* borrowed() const { return options_.borrowed ? &*options_.borrowed : nullptr; }

  ScalingLaw published(std::span<const double> weights) const {
    return published_law(models_, weights, options_.form == ScalingForm::tied, borrowed());
  }

  ScalingPriors drawn_priors(std::uint64_t number) const {
    ScalingPriors priors = kScalingPriors;
    for (std::size_t i = 0; i < priors.size(); ++i) {
      float normals[4];
      normals4(random_bits(options_.seed, Stream::scaling, number, static_cast<std::uint32_t>(i), 1), normals);
      priors[i].centre += priors[i].deviation * static_cast<double>(normals[0]);
    }
    return priors;
  }

  std::span<const SizedModel> models_;
  const ScalingOptions& options_;
  JointLawProblem joint_;
};

std::optional<ModelShape> shape_used(const ScalingFit& fit, const std::optional<ModelShape>& shape) {
  return fit.shaped ? shape : std::nullopt;
}

// How far models lie from the law as wholes. What the law could follow is not counted as agreement.
double scatter_of_models(const ScalingFit& fit, std::span<const SizedModel> models) {
  double squares = 0;
  for (const SizedModel& model : models) {
    double mean = 0;
    for (const Checkpoint& point : model.checkpoints)
      mean += std::log(point.loss / fit.law.loss(model.params, point.tokens, shape_used(fit, model.shape)));
    mean /= static_cast<double>(model.checkpoints.size());
    squares += mean * mean;
  }
  return std::sqrt(squares / std::max(1.0, static_cast<double>(models.size()) - kFittedPerModel));
}

void describe_data(std::span<const SizedModel> models, ScalingFit& fit) {
  fit.models = static_cast<int>(models.size());
  fit.smallest_params = models.front().params;
  for (const SizedModel& model : models) {
    fit.smallest_params = std::min(fit.smallest_params, model.params);
    fit.largest_params = std::max(fit.largest_params, model.params);
    fit.most_tokens = std::max(fit.most_tokens, model.checkpoints.back().tokens);
    for (const Checkpoint& point : model.checkpoints) {
      fit.error += std::abs(fit.law.loss(model.params, point.tokens, shape_used(fit, model.shape)) / point.loss - 1);
      ++fit.checkpoints;
    }
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
  if (options.form == ScalingForm::tied && options.borrowed)
    throw InputError("a borrowed law cannot be tied", "what is borrowed is what a tie would give",
                     "leave one of the two out");
  const std::vector<SizedModel> models = above_tokens(without_beginning(all, options.drop), options.drop_tokens);
  require_sizes(models, options);
  ScalingFit fit;
  fit.form = options.form;
  fit.shaped = options.form == ScalingForm::joint && !options.borrowed && shapes_tell(models);
  const Fitter fitter(models, options, fit.shaped);
  fit.law = fitter.best();
  fit.draws.resize(static_cast<std::size_t>(options.draws));
  parallel_for(options.draws, options.threads, [&](std::int64_t i) {
    fit.draws[static_cast<std::size_t>(i)] = fitter.draw(static_cast<std::uint64_t>(i), fit.law);
  });
  describe_data(models, fit);
  fit.model_scatter = scatter_of_models(fit, models);
  return fit;
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
  const double beyond = kErrorPerLogSize * std::log(std::max(1.0, result.size_ratio));
  const double deviation = std::sqrt(squares + fit.model_scatter * fit.model_scatter + beyond * beyond);
  result.deviation = result.mean * deviation;
  result.q05 = result.mean * std::exp(-kHalfBand * deviation);
  result.q95 = result.mean * std::exp(kHalfBand * deviation);
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
  if (tokens > fit.most_tokens * kSlack)
    found.push_back(
        fmt::format("{:.3g} tokens are more than any model fitted has seen, {:.3g}", tokens, fit.most_tokens));
  if (fit.shaped && !shape)
    found.push_back("the fit knows what width and depth do, and they were not given: the best shape is taken");
  return found;
}

}  // namespace losscast
