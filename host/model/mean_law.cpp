#include "losscast/model/mean_law.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/base/spread.hpp"
#include "losscast/model/weight_norm.hpp"
#include "model/powers.hpp"
#include "model/update_effects.hpp"

namespace losscast {
namespace {

// Draws are summed in so many groups, whatever the threads are, and the groups in their order. As many groups are in
// work at a time as there are threads.
constexpr std::size_t kGroups = 8;

// The updates that follow let a jump fade; that of the jump itself does not. The rate is small: two jumps of an update
// count as two. Adds the derivatives by the LRs where they are asked for.
double mean_of_jumps(const Spikes& spikes, std::span<const double> lrs, std::span<double> gradient) {
  if (!(spikes.jump_rate > 0)) return 0;
  const double keep = std::exp(-spikes.jump_decay), exponent = spikes.jump_exponent;
  double sum = 0, left = spikes.jump_rate * spikes.mean_jump;  // at the end, of a jump in update s at the critical LR
  for (std::size_t s = lrs.size(); s-- > 0; left *= keep) {
    const double strain = lrs[s] / spikes.critical_lr;
    sum += left * std::pow(strain, exponent);
    if (!gradient.empty() && exponent > 0)
      gradient[s] += left * exponent * std::pow(strain, exponent - 1) / spikes.critical_lr;
  }
  return sum;
}

LossSde with_fewer_draws(LossSde sde, std::size_t count) {
  sde.draws = spread(sde.draws.all(), count);
  return sde;
}

}  // namespace

// Members as in Updates (mean_run.hpp), and what each update does to the norm.
struct MeanLaw::Powers {
  std::vector<double> clock, level, log_level, saturation, pull;
  double target_slope;  // of what the norm is drawn to, over the LR
  double bias;          // of the loss

  Powers(std::span<const double> lrs, const LossSde& sde) : clock(lrs.begin(), lrs.end()) {
    const EffectiveLr x = sde.model->effective_lr();
    for (double& y : clock) y /= sde.reference.lr;
    saturation = clock;
    raise(saturation, EffectiveLr::kSaturation);
    const Effect effect = effect_of(x, sde.reference, sde.weight_decay, sde.reference.batch);
    for (double& one : saturation) one *= effect.saturation;
    target_slope = effect.target / sde.reference.lr;
    bias = effect.bias;
    raise(clock, x.lr_power);
    level = log_level = clock;
    raise(level, x.level_power);
    take_logs(log_level);
    for (double& time : clock) time *= effect.clock;
    pull.assign(lrs.begin(), lrs.end());
    for (double& one : pull) one *= 2 * sde.weight_decay;
    relax(pull);
  }
};

// A name with _bar is the derivative of the loss by what it names.
struct MeanLaw::Run {
  std::unique_ptr<MeanRun> mean;
  Updates updates;
  std::vector<double> norm, norm_bar;  // of each update: squared norm halfway through it
  std::vector<double> norm_before;     // of each update
  std::vector<double> lr_bar;          // sum over the group
};

MeanLaw::MeanLaw(const LossSde& sde, int threads) : sde_(sde), threads_(threads) {
  LOSSCAST_EXPECTS(!sde.draws.empty());
  sde_.noise = {};
  runs_.resize(std::min({kGroups, sde.draws.size(), static_cast<std::size_t>(thread_count(threads))}));
  for (Run& run : runs_) run.mean = sde.model->mean_run();
}

MeanLaw::MeanLaw(const MeanLaw& other, std::size_t draws)
    : MeanLaw(with_fewer_draws(other.sde_, draws), other.threads_) {}

MeanLaw::~MeanLaw() = default;

double MeanLaw::forwards(const std::vector<double>& draw, std::span<const double> lrs, const Powers& powers,
                         Run& run) const {
  run.norm.assign(lrs.size(), 1.0);
  if (effective_lr().weight_norm != EffectiveLr::WeightNorm::none) {
    run.norm_before.resize(lrs.size());
    double n = sde_.model->initial_norm(draw);
    for (std::size_t s = 0; s < lrs.size(); ++s) {
      run.norm_before[s] = n;
      n = updated_norm(n, {powers.pull[s], lrs[s] * powers.target_slope});
      run.norm[s] = (run.norm_before[s] + n) / 2;
    }
  }
  run.updates = {sde_.reference,   powers.bias,       lrs,     powers.clock, powers.level,
                 powers.log_level, powers.saturation, run.norm};
  return run.mean->forwards(run.updates, draw);
}

// Adds the draw's gradient.
void MeanLaw::backwards(std::span<const double> lrs, const Powers& powers, Run& run) const {
  run.norm_bar.assign(lrs.size(), 0.0);
  run.mean->backwards(run.updates, run.lr_bar, run.norm_bar);
  if (effective_lr().weight_norm == EffectiveLr::WeightNorm::none) return;
  double after = 0;  // by the norm after update s
  for (std::size_t s = lrs.size(); s-- > 0;) {
    const NormUpdate update{powers.pull[s], lrs[s] * powers.target_slope};
    after += run.norm_bar[s] / 2;
    run.lr_bar[s] += norm_lr_bar(update, sde_.weight_decay, powers.target_slope, run.norm_before[s], after);
    after = norm_bar(update, after) + run.norm_bar[s] / 2;
  }
}

double MeanLaw::average(std::span<const double> lrs, std::span<double> gradient) {
  const Powers powers(lrs, sde_);
  const std::size_t draws = sde_.draws.size(), groups = std::min(kGroups, draws);
  const auto count = static_cast<double>(draws);
  double loss = 0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t first = 0; first < groups; first += runs_.size()) {
    const std::size_t together = std::min(runs_.size(), groups - first);
    std::vector<double> losses(together, 0.0);
    parallel_for(static_cast<std::int64_t>(together), threads_, [&](std::int64_t place) {
      const std::size_t at = static_cast<std::size_t>(place), group = first + at;
      Run& run = runs_[at];
      run.lr_bar.assign(gradient.size(), 0.0);
      for (std::size_t d = group * draws / groups; d < (group + 1) * draws / groups; ++d) {
        losses[at] += forwards(sde_.draws[d], lrs, powers, run);
        if (!gradient.empty()) backwards(lrs, powers, run);
      }
    });
    for (const double one : losses) loss += one / count;
    for (std::size_t at = 0; at < together; ++at)
      for (std::size_t s = 0; s < gradient.size(); ++s) gradient[s] += runs_[at].lr_bar[s] / count;
  }
  return loss + mean_of_jumps(sde_.spikes, lrs, gradient);
}

double MeanLaw::value(std::span<const double> lrs) { return average(lrs, {}); }

double MeanLaw::gradient(std::span<const double> lrs, std::span<double> gradient) {
  LOSSCAST_EXPECTS(gradient.size() == lrs.size());
  return average(lrs, gradient);
}

}  // namespace losscast
