#include "losscast/optimum/mean_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"
#include "model/powers.hpp"
#include "optimum/hill_lanes.hpp"

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

// Of each update: squared norm before it, clock time that passes, x^q; the hills as hill_lanes.hpp has them, of all
// lanes one after another; and the derivatives of the loss by clock time and x^q.
struct MeanLaw::Run {
  std::vector<double> norm, dtau, level, g, hills, dtau_bar, level_bar;
  double clock = 0;
  std::vector<double> gradient;  // of the group
};

// A draw and what follows from it.
struct MeanLaw::Draw {
  std::vector<double> parameters;
  double norm0;
  std::vector<HillLanes> hills;
};

MeanLaw::MeanLaw(const EnsembleRequest& request)
    : model_(*request.model),
      effective_lr_(request.model->effective_lr()),
      ref_lr_(request.ref_lr),
      weight_decay_(request.weight_decay),
      threads_(request.threads) {
  LOSSCAST_EXPECTS(!request.draws.empty());
  for (const std::vector<double>& draw : request.draws)
    draws_.push_back({draw, norm_at_start(model_, draw), lanes_of(model_.hill_constants(draw))});
  runs_.resize(std::min(kGroups, draws_.size()));
}

MeanLaw::MeanLaw(const MeanLaw& other, std::size_t draws)
    : model_(other.model_),
      effective_lr_(other.effective_lr_),
      ref_lr_(other.ref_lr_),
      weight_decay_(other.weight_decay_),
      threads_(other.threads_),
      draws_(spread<Draw>(other.draws_, draws)),
      runs_(std::min(kGroups, draws_.size())) {}

MeanLaw::~MeanLaw() = default;

// The law after one block of this clock that leaves the hills where they start, at 0.
double MeanLaw::loss_without_hills(const Draw& draw, double clock) const {
  const BlockTable table{{0, 1}, {{clock, 0, 0, 0, 1, 0, 0}}};
  const int last[] = {1};
  return model_.moments(table, draw.parameters, {}, Scheme::exact_moments, last).front().skeleton;
}

double MeanLaw::forwards(const Draw& draw, std::span<const double> lrs, const Powers& powers, Run& run) const {
  const std::size_t steps = lrs.size();
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
  const std::size_t lanes = steps * HillLanes::kLanes;
  run.g.resize(lanes * draw.hills.size());
  run.hills.resize(run.g.size());
  double loss = loss_without_hills(draw, run.clock);
  for (std::size_t i = 0; i < draw.hills.size(); ++i)
    loss += hills_forwards(draw.hills[i], run.dtau, run.level, std::span(run.g).subspan(i * lanes, lanes),
                           std::span(run.hills).subspan(i * lanes, lanes));
  return loss;
}

// Adds the draw's gradient. A name with _bar is the derivative of the loss by what it names.
void MeanLaw::backwards(const Draw& draw, std::span<const double> lrs, Run& run, std::span<double> gradient) const {
  const double p = effective_lr_.lr_power, q = effective_lr_.level_power;
  const bool moving = run.clock >= static_cast<double>(kClockFloor);  // below it the signal stands still
  run.dtau_bar.assign(lrs.size(), moving ? model_.signal_slope(draw.parameters, run.clock) : 0);
  run.level_bar.assign(lrs.size(), 0);
  const std::size_t lanes = lrs.size() * HillLanes::kLanes;
  for (std::size_t i = 0; i < draw.hills.size(); ++i)
    hills_backwards(draw.hills[i], run.level, std::span(run.g).subspan(i * lanes, lanes),
                    std::span(run.hills).subspan(i * lanes, lanes), run.dtau_bar, run.level_bar);
  double norm_bar = 0;
  for (std::size_t s = lrs.size(); s-- > 0;) {
    const double norm = run.norm[s], eta = lrs[s];
    const double by_dtau = run.dtau_bar[s], by_level = run.level[s] * run.level_bar[s];
    // dtau goes as eta^p and the level as eta^(p q), which at 0 counts for nothing: there no hill moves.
    double slope = std::numeric_limits<double>::infinity();
    if (p == 1)
      slope = 1 / std::sqrt(norm);
    else if (eta > 0)
      slope = p * run.dtau[s] / eta;
    gradient[s] += by_dtau * slope;
    if (eta > 0) gradient[s] += p * q * by_level / eta;
    if (has_norm(effective_lr_)) {
      gradient[s] += norm_bar * 2 * weight_decay_ * (2 * eta / ref_lr_ - norm);
      norm_bar *= 1 - 2 * weight_decay_ * eta;
      norm_bar -= (q * by_level + run.dtau[s] * by_dtau) / (2 * norm);
    }
  }
}

double MeanLaw::average(std::span<const double> lrs, std::span<double> gradient) {
  const Powers powers(lrs, effective_lr_, ref_lr_);
  const std::size_t groups = runs_.size();
  std::vector<double> losses(groups, 0.0);
  parallel_for(static_cast<std::int64_t>(groups), threads_, [&](std::int64_t group) {
    const auto at = static_cast<std::size_t>(group);
    Run& run = runs_[at];
    run.gradient.assign(gradient.size(), 0.0);
    for (std::size_t d = at * draws_.size() / groups; d < (at + 1) * draws_.size() / groups; ++d) {
      losses[at] += forwards(draws_[d], lrs, powers, run);
      if (!gradient.empty()) backwards(draws_[d], lrs, run, run.gradient);
    }
  });
  const auto count = static_cast<double>(draws_.size());
  double loss = 0;
  for (const double one : losses) loss += one / count;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (const Run& run : runs_)
    for (std::size_t s = 0; s < gradient.size(); ++s) gradient[s] += run.gradient[s] / count;
  return loss;
}

double MeanLaw::value(std::span<const double> lrs) { return average(lrs, {}); }

double MeanLaw::gradient(std::span<const double> lrs, std::span<double> gradient) {
  LOSSCAST_EXPECTS(gradient.size() == lrs.size());
  return average(lrs, gradient);
}

}  // namespace losscast
