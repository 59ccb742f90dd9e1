/// \file
/// Fitting a scaling law to a family of models, and forecasting a model of another size from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/scaling/scaling_law.hpp"

namespace losscast {

/// Which law is fitted, and how.
enum class ScalingForm {
  joint,     ///< all of ScalingLaw, with weak priors; robust least squares of ln L
  additive,  ///< gamma = 1, least squares of L from the published start (Choshen et al. 2024, arXiv 2410.11840)
  tied       ///< the same with alpha a function of A and beta one of B, so that three parameters are left
};

/// The form of that name: "joint", "additive" or "tied". Nothing for any other.
std::optional<ScalingForm> scaling_form(const std::string& name);

/// The name of a form.
std::string scaling_form_name(ScalingForm form);

/// What a fit knows of a family.
struct ScalingFit {
  /// The version of what a file of it holds.
  static constexpr int kFormat = 1;

  ScalingForm form = ScalingForm::joint;  ///< the law that was fitted
  ScalingLaw law;                         ///< the best one
  std::vector<ScalingLaw> draws;          ///< as likely ones
  double model_scatter = 0;               ///< standard deviation of ln L of a model about the law
  double error_per_log_size = 0;          ///< by which ln L of larger models may leave the law, for each factor e
  double error = 0;                       ///< mean |L - law| / L over the checkpoints fitted
  double smallest_params = 0;             ///< of the models fitted
  double largest_params = 0;              ///< of the models fitted
  double least_tokens = 0;                ///< of the checkpoints fitted; 0: not known
  double most_tokens = 0;                 ///< of the models fitted
  int models = 0;                         ///< how many were fitted
  int checkpoints = 0;                    ///< of all of them together
  bool shaped = false;                    ///< whether width and depth take part
};

/// How a family is fitted.
struct ScalingOptions {
  ScalingForm form = ScalingForm::joint;  ///< the law
  double drop = 0.1;                      ///< share of each model's tokens whose checkpoints are left out
  double drop_tokens = 0;                 ///< checkpoints at no more tokens are left out as well
  std::optional<ScalingFit> lender = {};  ///< another family's fit, whose A, alpha and gamma are kept
  int draws = 200;                        ///< how many laws tell the uncertainty; 0: none
  std::uint64_t seed = 1;                 ///< of these draws
  int threads = 0;                        ///< 0: as many as cores
};

/// Fits the law. A model with more than 200 checkpoints counts by means of them (thinned()). Each draw is the law of
/// the same family with every model's curve moved by the scatter of models and the centres of the priors drawn from the
/// priors; the scatter counts as three models more that lie 0.6% about the law. Throws InputError if there are fewer
/// sizes than the form needs (three, two if tied, one with a lender), and if no law can be found.
ScalingFit fit_scaling(std::span<const SizedModel> models, const ScalingOptions& options);

/// What is to be said against a fit as a whole, a phrase each; none if nothing is: it misses what it was fitted to, its
/// loss does not fall with size or tokens, checkpoints are too few, or nothing tells its uncertainty.
std::vector<std::string> doubts(const ScalingFit& fit);

/// The loss that a fit expects of a model.
struct ScalingForecast {
  double mean = 0;        ///< [nats per token]
  double deviation = 0;   ///< standard deviation of what is known of it [nats]
  double q05 = 0;         ///< lower end of the band of 90% [nats]
  double q95 = 0;         ///< upper end [nats]
  double size_ratio = 0;  ///< the model's size over the largest fitted
};

/// Beyond this ratio of sizes a forecast is flagged: up to here those of the paper held (Choshen et al. 2024, arXiv
/// 2410.11840).
inline constexpr double kReliableSizeRatio = 34;

/// Forecasts the loss of a model of this size and shape after so many tokens. What is known of ln L is taken for
/// normal, with the variance of the draws + model_scatter^2 + (error_per_log_size ln size_ratio)^2, the last one beyond
/// the sizes fitted only. Throws InputError unless both numbers are positive and the loss is a number.
ScalingForecast forecast(const ScalingFit& fit, double params, double tokens,
                         const std::optional<ModelShape>& shape = {});

/// What is to be said against a forecast, a sentence each; none if nothing is.
std::vector<std::string> extrapolations(const ScalingFit& fit, double params, double tokens,
                                        const std::optional<ModelShape>& shape = {});

}  // namespace losscast
