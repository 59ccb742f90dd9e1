#include "fit/ensemble_sampler.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "fit/move_adaptation.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

constexpr int kStartAttempts = 1000;

struct Walker {
  Eigen::VectorXd place;
  double log_density = -std::numeric_limits<double>::infinity();
  bool moved = false;  // in the last sweep
  std::int64_t evaluations = 0;
  std::int64_t accepted = 0;  // after the warm-up
};

MoveLaw law_of(const EnsembleStart& start) {
  // F' = Q R, hence F F' = R' R.
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(start.factor.transpose());
  const Eigen::MatrixXd upper = qr.matrixQR().triangularView<Eigen::Upper>();
  return {start.centre, upper.transpose()};
}

// Whether a stage of the warm-up ends with this sweep: after an eighth, a quarter, a half, and all of it.
bool ends_stage(int sweep, int warm_up) {
  return sweep == warm_up || sweep == warm_up / 2 || sweep == warm_up / 4 || sweep == warm_up / 8;
}

class Sampler {
 public:
  Sampler(const LogDensity& log_density, const EnsembleStart& start, const EnsemblePlan& plan, const Move& move)
      : log_density_(log_density),
        plan_(plan),
        move_(move),
        walkers_(static_cast<std::size_t>(plan.chains * plan.walkers)),
        chains_(static_cast<std::size_t>(plan.chains), MoveAdaptation(law_of(start))) {}

  EnsembleDraws sample() {
    for_walkers([&](std::size_t walker) { place_at_start(walker); });
    EnsembleDraws draws;
    draws.walkers = plan_.walkers;
    draws.chains.resize(chains_.size());
    for (int sweep = 1; sweep <= plan_.sweeps(); ++sweep) {
      for_walkers([&](std::size_t walker) { step(walker, sweep); });
      if (sweep <= plan_.warm_up)
        adapt(sweep);
      else if ((sweep - plan_.warm_up) % plan_.thinning == 0)
        keep(draws);
    }
    std::int64_t accepted = 0;
    for (const Walker& walker : walkers_) {
      accepted += walker.accepted;
      draws.evaluations += walker.evaluations;
    }
    const auto proposals = static_cast<double>(walkers_.size()) * (plan_.sweeps() - plan_.warm_up);
    draws.acceptance = static_cast<double>(accepted) / proposals;
    return draws;
  }

 private:
  void for_walkers(const std::function<void(std::size_t)>& work) const {
    parallel_for(static_cast<std::int64_t>(walkers_.size()), plan_.threads,
                 [&](std::int64_t walker) { work(static_cast<std::size_t>(walker)); });
  }

  std::size_t chain_of(std::size_t walker) const { return walker / static_cast<std::size_t>(plan_.walkers); }

  double evaluate(Walker& walker, const Eigen::VectorXd& place) const {
    ++walker.evaluations;
    const double value = log_density_({place.data(), static_cast<std::size_t>(place.size())});
    return std::isfinite(value) ? value : -std::numeric_limits<double>::infinity();
  }

  void place_at_start(std::size_t number) {
    Walker& walker = walkers_[number];
    WalkerRandom random(plan_.seed, number, 0);
    for (int attempt = 0; attempt < kStartAttempts; ++attempt) {
      walker.place = student_point(chains_[chain_of(number)].law(), random);
      walker.log_density = evaluate(walker, walker.place);
      if (std::isfinite(walker.log_density)) return;
    }
    throw InputError("the posterior cannot be sampled",
                     "its density is zero at all of " + std::to_string(kStartAttempts) + " points around the estimate",
                     "widen the bounds of the parameters, or start from a narrower approximation");
  }

  void step(std::size_t number, int sweep) {
    Walker& walker = walkers_[number];
    WalkerRandom random(plan_.seed, number, static_cast<std::uint32_t>(sweep));
    Proposal proposal = move_(walker.place, chains_[chain_of(number)].law(), random);
    const double log_density = evaluate(walker, proposal.place);
    walker.moved = std::log(random.uniform()) < log_density - walker.log_density + proposal.log_ratio;
    if (!walker.moved) return;
    walker.place = std::move(proposal.place);
    walker.log_density = log_density;
    if (sweep > plan_.warm_up) ++walker.accepted;
  }

  void adapt(int sweep) {
    for (std::size_t w = 0; w < walkers_.size(); ++w) chains_[chain_of(w)].note(walkers_[w].place, walkers_[w].moved);
    for (MoveAdaptation& chain : chains_) {
      chain.adapt_step(sweep);
      if (ends_stage(sweep, plan_.warm_up)) chain.adapt_law();
    }
  }

  void keep(EnsembleDraws& draws) const {
    for (std::size_t w = 0; w < walkers_.size(); ++w)
      draws.chains[chain_of(w)].emplace_back(walkers_[w].place.begin(), walkers_[w].place.end());
  }

  const LogDensity& log_density_;
  const EnsemblePlan plan_;
  const Move& move_;
  std::vector<Walker> walkers_;  // chain after chain
  std::vector<MoveAdaptation> chains_;
};

}  // namespace

EnsembleDraws sample_ensemble(const LogDensity& log_density, const EnsembleStart& start, const EnsemblePlan& plan,
                              const Move& move) {
  LOSSCAST_EXPECTS(plan.chains > 0 && plan.walkers > 1 && plan.warm_up >= 0 && plan.thinning > 0);
  LOSSCAST_EXPECTS(plan.draws % plan.walkers == 0 && plan.draws >= 8 * plan.walkers);
  LOSSCAST_EXPECTS(start.factor.rows() == start.centre.size() && start.factor.cols() == start.centre.size());
  return Sampler(log_density, start, plan, move).sample();
}

}  // namespace losscast
