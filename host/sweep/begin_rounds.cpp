#include "losscast/sweep/begin_rounds.hpp"

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "sweep/race_rounds.hpp"
#include "sweep/rank_candidates.hpp"
#include "sweep/ranking_rounds.hpp"
#include "sweep/steps_to_loss_rounds.hpp"

namespace losscast {
namespace {

// A sweep of which no round can be done apart: all of it is done at the end.
class UndividedSweep final : public SweepRounds {
 public:
  UndividedSweep(const SweepConfig& config, const Fit& fit, const SweepOptions& options)
      : config_(config), fit_(fit), options_(options) {}

  std::optional<Round> open() const override { return {}; }
  std::string state() const override { return {}; }
  RoundPart compute(std::int64_t, std::int64_t) override {
    LOSSCAST_EXPECTS(false);
    return {};
  }
  void close(std::span<const std::string_view>, double) override { LOSSCAST_EXPECTS(false); }
  SweepResult finish() override {
    const CandidateList list(config_.space, config_.seed);
    options_.observer->before_candidates(list.size());
    require_memory_for(list);
    std::vector<Candidate> candidates = make_candidates(config_.space, config_.seed, options_.execution.threads);
    options_.observer->before_ranking(candidates.size());
    return rank_by_mean(config_, std::move(candidates), fit_, options_);
  }

 private:
  const SweepConfig& config_;
  const Fit& fit_;
  SweepOptions options_;
};

std::unique_ptr<SweepRounds> rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                    std::optional<std::string_view> state) {
  if (config.race && config.race->target_loss) return steps_to_loss_rounds(config, fit, options, state);
  if (config.race) return race_rounds(config, fit, options, state);
  // The rounds of a precision goal depend on the errors of all candidates together.
  if (options.goal.any()) return std::make_unique<UndividedSweep>(config, fit, options);
  return ranking_rounds(config, fit, options, state);
}

}  // namespace

std::unique_ptr<SweepRounds> begin_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  return rounds(config, fit, options, {});
}

std::unique_ptr<SweepRounds> resume_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                           std::string_view state) {
  return rounds(config, fit, options, state);
}

void require_extendable(const SweepConfig& config, const SweepOptions& options) {
  constexpr const char* kRemedy = "plan all of them anew, in another folder";
  if (config.race)
    throw InputError("no candidates can be added to a race", "its first round compares all of them with one leader",
                     kRemedy);
  if (options.goal.any())
    throw InputError("no candidates can be added to a sweep with a precision goal",
                     "how many paths each gets depends on all of them, so that it is one piece", kRemedy);
  if (config.space.method == SearchMethod::grid)
    throw InputError("no candidates can be added to a grid", "it has all those that its axes make",
                     "plan the larger one anew, in another folder");
}

std::unique_ptr<SweepRounds> extend_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                           std::string_view state, std::int64_t before) {
  require_extendable(config, options);
  return extended_ranking(config, fit, options, state, before);
}

}  // namespace losscast
