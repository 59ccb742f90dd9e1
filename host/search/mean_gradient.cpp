#include "losscast/search/mean_gradient.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "../model/powers.hpp"
#include "losscast/engine/parallel.hpp"

namespace losscast {
namespace {

// Draws are summed in so many groups, whatever the threads are, and the groups in their order.
constexpr std::size_t kGroups = 8;

bool has_norm(const EffectiveLr& effective_lr) { return effective_lr.weight_norm == EffectiveLr::WeightNorm::adamw; }

// A block of clock 1 under the norm with which a run starts takes 1 / sqrt(n0).
double norm_at_start(const SdeModel& model, std::span<const double> parameters) {
  if (!has_norm(model.effective_lr())) return 1;
  const double dtau = model.drive_of({1, 0, 0, 1, 0, 0, 0}, parameters).dtau;
  return 1 / (dtau * dtau);
}

}  // namespace

// y = (eta / ref)^p and y^q
struct MeanLaw::Powers {
  std::vector<double> clock, level;

  Powers(std::span<const double> lrs, const EffectiveLr& effective_lr, double ref_lr) : clock(lrs.begin(), lrs.end()) {
    for (double& y : clock) y /= ref_lr;
    raise(clock, effective_lr.lr_power);
    level = clock;
    raise(level, effective_lr.level_power);
  }
};

// Before each update s: squared norm, clock time that passes, level of the hills at x^q, and [s][hill] the share of the
// way to its level that a hill goes, and the hill itself.
struct MeanLaw::Run {
  std::vector<double> norm, dtau, level, g, hills;
  double clock = 0;
};

MeanLaw::MeanLaw(const EnsembleRequest& request)
    : model_(*request.model),
      effective_lr_(request.model->effective_lr()),
      ref_lr_(request.ref_lr),
      weight_decay_(request.weight_decay),
      threads_(request.threads) {
  assert(!request.draws.empty());
  for (const std::vector<double>& draw : request.draws)
    draws_.push_back({draw, norm_at_start(model_, draw), model_.hill_constants(draw)});
}

// The law after one block of this clock that leaves the hills where they start, at 0.
double MeanLaw::loss_without_hills(const Draw& draw, double clock) const {
  const BlockTable table{{0, 1}, {{clock, 0, 0, 0, 1, 0, 0}}};
  const int last[] = {1};
  return model_.moments(table, draw.parameters, {}, Scheme::exact_moments, last).front().skeleton;
}

double MeanLaw::forwards(const Draw& draw, std::span<const double> lrs, const Powers& powers, Run& run) const {
  const std::size_t steps = lrs.size(), hill_count = draw.hills.size();
  run.norm.assign(steps, 1.0);
  if (has_norm(effective_lr_)) {
    double n = draw.norm0;
    for (std::size_t s = 0; s < steps; ++s) {
      run.norm[s] = n;
      n += 2 * weight_decay_ * lrs[s] * (lrs[s] / ref_lr_ - n);
    }
    run.level = run.norm;
    raise(run.level, effective_lr_.level_power / 2);
    for (std::size_t s = 0; s < steps; ++s) run.level[s] = powers.level[s] / run.level[s];
  } else {
    run.level = powers.level;
  }
  run.dtau.resize(steps);
  run.clock = 0;
  for (std::size_t s = 0; s < steps; ++s) {
    run.dtau[s] = ref_lr_ * powers.clock[s] / std::sqrt(run.norm[s]);
    run.clock += run.dtau[s];
  }
  run.g.resize(steps * hill_count);
  for (std::size_t s = 0; s < steps; ++s)
    for (std::size_t j = 0; j < hill_count; ++j) run.g[s * hill_count + j] = draw.hills[j].rate * run.dtau[s];
  relax(run.g);

  run.hills.resize(steps * hill_count);
  std::vector<double> hills(hill_count, 0.0);
  for (std::size_t s = 0; s < steps; ++s) {
    const double level = run.level[s];
    const double* g = run.g.data() + s * hill_count;
    double* before = run.hills.data() + s * hill_count;
    for (std::size_t j = 0; j < hill_count; ++j) {
      before[j] = hills[j];
      hills[j] += g[j] * (draw.hills[j].level * level - hills[j]);
    }
  }
  double loss = loss_without_hills(draw, run.clock);
  for (const double hill : hills) loss += hill;
  return loss;
}

// Adds the draw's gradient. A name with _bar is the derivative of the loss by what it names.
void MeanLaw::backwards(const Draw& draw, std::span<const double> lrs, const Run& run,
                        std::span<double> gradient) const {
  const std::size_t hill_count = draw.hills.size();
  const double p = effective_lr_.lr_power, q = effective_lr_.level_power;
  const double clock_bar =
      run.clock < static_cast<double>(kClockFloor) ? 0 : model_.signal_slope(draw.parameters, run.clock);
  std::vector<double> hills_bar(hill_count, 1.0);
  double norm_bar = 0;
  for (std::size_t s = lrs.size(); s-- > 0;) {
    const double level = run.level[s], norm = run.norm[s], eta = lrs[s];
    const double* g = run.g.data() + s * hill_count;
    const double* before = run.hills.data() + s * hill_count;
    double dtau_bar = clock_bar, level_bar = 0;
    for (std::size_t j = 0; j < hill_count; ++j) {
      const Hill& hill = draw.hills[j];
      const double kept = hills_bar[j] * (1 - g[j]);
      level_bar += hills_bar[j] * hill.level * g[j];
      dtau_bar += kept * hill.rate * (hill.level * level - before[j]);
      hills_bar[j] = kept;
    }
    // dtau goes as eta^p and the level as eta^(p q), which at 0 counts for nothing: there no hill moves.
    const double dtau_slope = p == 1    ? 1 / std::sqrt(norm)
                              : eta > 0 ? p * run.dtau[s] / eta
                                        : std::numeric_limits<double>::infinity();
    double eta_bar = dtau_bar * dtau_slope + (eta > 0 ? p * q * level * level_bar / eta : 0);
    if (has_norm(effective_lr_)) {
      const double by_use = -(q * level * level_bar + run.dtau[s] * dtau_bar) / (2 * norm);
      eta_bar += norm_bar * 2 * weight_decay_ * (2 * eta / ref_lr_ - norm);
      norm_bar = norm_bar * (1 - 2 * weight_decay_ * eta) + by_use;
    }
    gradient[s] += eta_bar;
  }
}

double MeanLaw::average(std::span<const double> lrs, std::span<double> gradient) const {
  const Powers powers(lrs, effective_lr_, ref_lr_);
  const std::size_t groups = std::min(kGroups, draws_.size());
  std::vector<double> losses(groups, 0.0);
  std::vector<std::vector<double>> gradients(groups);
  parallel_for(static_cast<std::int64_t>(groups), threads_, [&](std::int64_t group) {
    const auto at = static_cast<std::size_t>(group);
    if (!gradient.empty()) gradients[at].assign(lrs.size(), 0.0);
    Run run;
    for (std::size_t d = at * draws_.size() / groups; d < (at + 1) * draws_.size() / groups; ++d) {
      losses[at] += forwards(draws_[d], lrs, powers, run);
      if (!gradient.empty()) backwards(draws_[d], lrs, run, gradients[at]);
    }
  });
  const auto count = static_cast<double>(draws_.size());
  double loss = 0;
  for (const double one : losses) loss += one / count;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (const std::vector<double>& one : gradients)
    for (std::size_t s = 0; s < gradient.size(); ++s) gradient[s] += one[s] / count;
  return loss;
}

double MeanLaw::value(std::span<const double> lrs) const { return average(lrs, {}); }

double MeanLaw::gradient(std::span<const double> lrs, std::span<double> gradient) const {
  assert(gradient.size() == lrs.size());
  return average(lrs, gradient);
}

}  // namespace losscast
