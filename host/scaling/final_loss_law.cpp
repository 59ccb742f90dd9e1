#include "losscast/scaling/final_loss_law.hpp"

#include <ceres/ceres.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"
#include "scaling/least_squares.hpp"
#include "scaling/median.hpp"
#include "scaling/peak_formula.hpp"

namespace losscast {

namespace {

enum Parameter : std::size_t {
  kFloor,
  kSize,
  kSizeExponent,
  kTokens,
  kTokensExponent,
  kLogLeft,
  kLogRight,
  kLrExponent,
  kLogFewSteps,
  kFewStepsExponent,
  kLogBatch,
  kBatchExponent,
  kPeakLaw,  // the first of five
  kLogHot = kPeakLaw + 5,
  kHotExponent,
  kTokensParams
};

constexpr std::size_t kCount = FinalLossLaw::kParameters;

constexpr std::array<NormalPrior, kCount> kPriors = {{
    {1.6, 0.15},   // E
    {0.55, 0.3},   // A
    {0.34, 0.06},  // a
    {0.35, 0.3},   // B
    {0.3, 0.06},   // beta
    {-4, 1},       // ln l
    {-3.6, 1},     // ln r
    {0.3, 0.3},    // p
    {-3, 1},       // ln F
    {1, 0.4},      // g
    {-3.6, 1},     // ln H
    {1, 0.4},      // v
    {-5.95, 0.3},  // c0
    {-0.85, 0.2},  // c1
    {0.24, 0.1},   // c2
    {-5.4, 0.3},   // c3
    {-0.4, 0.15},  // c4
    {-3, 1.5},     // M
    {2.5, 1},      // m
    {0, 0.15}      // k
}};

constexpr double kScale = 0.01;  // nats, beyond which a residual counts by its size and no more by its square

// What an LR beside the best one costs.
template <class T>
T cost_of_lr(const T* value, const RunFeatures& run) {
  using std::exp;
  const T off = run.lr + std::log(0.01) - log_best_lr(value + kPeakLaw, run);
  const T log_width = off > 0.0 ? value[kLogRight] : value[kLogLeft];
  return exp(log_width - value[kLrExponent] * run.steps) * off * off;
}

// What LRs cost that are nearly lost; bounded, as runs that are lost are left out.
template <class T>
T cost_of_heat(const T* value, const RunFeatures& run) {
  using std::exp;
  constexpr double kMost = 0.4, kByParams = 0.3, kBySmallBatch = 0.5;
  const double heat = run.lr + kByParams * run.params + kBySmallBatch * run.small_batch;
  return kMost / (1.0 + kMost * exp(-(value[kLogHot] + value[kHotExponent] * heat)));
}

template <class T>
T law_of(const T* value, const RunFeatures& run) {
  using std::exp;
  const double few = std::log(4.0);  // 5000 steps, and 131,072 tokens a batch, are where these terms are F and H
  const T base = value[kFloor] + value[kSize] * exp(-value[kSizeExponent] * run.params) +
                 value[kTokens] * exp(value[kTokensParams] * run.params - value[kTokensExponent] * run.tokens);
  const T few_steps = exp(value[kLogFewSteps] - value[kFewStepsExponent] * (run.steps + few));
  const T small_batch = exp(value[kLogBatch] - value[kBatchExponent] * (run.batch + few));
  return base + few_steps + small_batch + cost_of_lr(value, run) + cost_of_heat(value, run);
}

struct Residual {
  RunFeatures run;
  double loss;

  template <class T>
  bool operator()(const T* values, T* residual) const {
    *residual = (law_of(values, run) - loss) / kScale;
    return is_number(*residual);
  }
};

std::vector<LastBatchOffset> known_offsets(std::span<const FinishedRun> runs) {
  std::vector<RunSetting> kinds;
  std::vector<std::vector<double>> offsets;
  for (const FinishedRun& run : runs) {
    if (run.diverged || !run.smoothed_loss) continue;
    const auto kind =
        std::ranges::find_if(kinds, [&](const RunSetting& one) { return same_batches(one, run.setting); });
    const auto place = static_cast<std::size_t>(kind - kinds.begin());
    if (kind == kinds.end()) {
      kinds.push_back(run.setting);
      offsets.emplace_back();
    }
    offsets[place].push_back(run.final_loss - *run.smoothed_loss);
  }
  std::vector<LastBatchOffset> known;
  for (std::size_t i = 0; i < kinds.size(); ++i)
    known.push_back({kinds[i].tokens, kinds[i].batch, median(std::move(offsets[i]))});
  std::ranges::sort(known, {}, [](const LastBatchOffset& one) { return std::pair(one.tokens, one.batch); });
  return known;
}

}  // namespace

double FinalLossLaw::smoothed_loss(const RunSetting& setting) const {
  return law_of(values.data(), features_of(setting));
}

double FinalLossLaw::last_batch_offset(const RunSetting& setting) const {
  const auto known = std::ranges::find_if(offsets, [&](const LastBatchOffset& one) {
    return same_batches({setting.params, one.tokens, one.batch, setting.peak_lr}, setting);
  });
  return known == offsets.end() ? 0 : known->offset;
}

FinalLossLaw fit_final_loss(std::span<const FinishedRun> runs) {
  FinalLossLaw law;
  ceres::Problem problem;
  start_at_priors(problem, kPriors, law.values);
  const int with_priors = problem.NumResidualBlocks();
  for (const FinishedRun& run : runs)
    if (!run.diverged)
      problem.AddResidualBlock(new ceres::AutoDiffCostFunction<Residual, 1, kCount>(
                                   new Residual{features_of(run.setting), run.best_known_loss()}),
                               new ceres::SoftLOneLoss(1), law.values.data());
  if (problem.NumResidualBlocks() == with_priors)
    throw InputError("all runs diverged", "a law of the loss needs some that did not", "run some at lower LRs");
  law.cost = 2 * solve(problem);
  law.offsets = known_offsets(runs);
  return law;
}

}  // namespace losscast
