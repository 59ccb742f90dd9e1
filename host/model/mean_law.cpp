#include "losscast/model/mean_law.hpp"

#include <algorithm>

#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/base/spread.hpp"
#include "losscast/model/weight_norm.hpp"
#include "model/powers.hpp"

namespace losscast {
namespace {

// Draws are summed in so many groups, whatever the threads are, and the groups in their order. As many groups are in
// work at a time as there are threads.
constexpr std::size_t kGroups = 8;

LossSde with_fewer_draws(LossSde sde, std::size_t count) {
  sde.draws = spread(sde.draws.all(), count);
  return sde;
}

// n(0) as the inverse root gives it by which a path's clock runs. It may differ from the model's in the last bit, on
// which the last bits of the schedules that a search finds depend: so they stay the same from version to version.
double norm_at_start(double initial_norm) {
  const double inverse_root = ReproducibleMath::inverse_sqrt(initial_norm);
  return 1 / (inverse_root * inverse_root);
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

// A name with _bar is the derivative of the loss by what it names.
struct MeanLaw::Run {
  std::unique_ptr<MeanRun> mean;
  Updates updates;
  std::vector<double> norm, norm_bar;  // of each update: squared norm before it
  std::vector<double> lr_bar;          // sum over the group
};

MeanLaw::MeanLaw(const LossSde& sde, int threads) : sde_(without_noise(sde)), threads_(threads) {
  LOSSCAST_EXPECTS(!sde.draws.empty());
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
    const NormDecay decay{sde_.ref_lr, sde_.weight_decay};
    double n = norm_at_start(sde_.model->initial_norm(draw));
    for (std::size_t s = 0; s < lrs.size(); ++s) {
      run.norm[s] = n;
      n = updated_norm(n, decay.pull(lrs[s]), lrs[s] / decay.ref_lr);
    }
  }
  run.updates = {sde_.ref_lr, lrs, powers.clock, powers.level, run.norm};
  return run.mean->forwards(run.updates, draw);
}

// Adds the draw's gradient.
void MeanLaw::backwards(std::span<const double> lrs, Run& run) const {
  run.norm_bar.assign(lrs.size(), 0.0);
  run.mean->backwards(run.updates, run.lr_bar, run.norm_bar);
  if (effective_lr().weight_norm == EffectiveLr::WeightNorm::none) return;
  const NormDecay decay{sde_.ref_lr, sde_.weight_decay};
  double after = 0;  // by the norm after update s
  for (std::size_t s = lrs.size(); s-- > 0;) {
    run.lr_bar[s] += norm_lr_bar(decay, lrs[s], run.norm[s], after);
    after = norm_bar(decay, lrs[s], after) + run.norm_bar[s];
  }
}

double MeanLaw::average(std::span<const double> lrs, std::span<double> gradient) {
  const Powers powers(lrs, effective_lr(), sde_.ref_lr);
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
        if (!gradient.empty()) backwards(lrs, run);
      }
    });
    for (const double one : losses) loss += one / count;
    for (std::size_t at = 0; at < together; ++at)
      for (std::size_t s = 0; s < gradient.size(); ++s) gradient[s] += runs_[at].lr_bar[s] / count;
  }
  return loss;
}

double MeanLaw::value(std::span<const double> lrs) { return average(lrs, {}); }

double MeanLaw::gradient(std::span<const double> lrs, std::span<double> gradient) {
  LOSSCAST_EXPECTS(gradient.size() == lrs.size());
  return average(lrs, gradient);
}

}  // namespace losscast
