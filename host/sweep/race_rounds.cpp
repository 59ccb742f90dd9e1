#include "sweep/race_rounds.hpp"

#include <cmath>
#include <utility>

#include "base/stopwatch.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/sweep/raced_candidates.hpp"
#include "race/packed_search.hpp"
#include "sweep/finalists.hpp"
#include "sweep/race_search.hpp"

namespace losscast {
namespace {

struct State {
  double seconds = 0;  // that the sweep took
  SearchState search;
};

template <class Archive>
void members(Archive& archive, State& state) {
  archive(state.seconds, state.search);
}

State state_of(std::string_view bytes) {
  State state = unpacked<State>(bytes);
  if (!(std::isfinite(state.seconds) && state.seconds >= 0))
    throw InputError("a race cannot have taken such a time", "it is of another sweep, or of another version",
                     "begin anew");
  return state;
}

class RaceRoundsOfSweep final : public SweepRounds {
 public:
  RaceRoundsOfSweep(const SweepConfig& config, CandidateList candidates, const Fit& fit, const SweepOptions& options,
                    std::optional<State> state)
      : config_(config),
        fit_(fit),
        options_(options),
        seconds_(state ? state->seconds : 0),
        race_(config, std::move(candidates), fit, options,
              state ? std::optional(std::move(state->search)) : std::nullopt) {
    seconds_ += beginning_.seconds();
  }

  std::optional<Round> open() const override {
    return race_.is_over() ? std::nullopt : std::optional(race_.open("race"));
  }

  std::string state() const override { return packed(State{seconds_, race_.state()}); }

  RoundPart compute(std::int64_t first, std::int64_t count) override { return race_.compute(first, count); }

  void close(std::span<const std::string_view> parts, double seconds) override {
    const Stopwatch watch;
    race_.close(parts, seconds);
    seconds_ += seconds + watch.seconds();
  }

  SweepResult finish() override {
    LOSSCAST_EXPECTS(race_.is_over());
    const Stopwatch watch;
    SweepResult result = simulate_finalists(config_, race_.candidates(), race_.result(), fit_, options_);
    result.total_seconds = seconds_ + watch.seconds();
    return result;
  }

 private:
  const SweepConfig& config_;
  const Fit& fit_;
  SweepOptions options_;
  Stopwatch beginning_;
  double seconds_;  // that the sweep took, what computes parts elsewhere included
  RaceSearch race_;
};

}  // namespace

std::unique_ptr<SweepRounds> race_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                         std::optional<std::string_view> state) {
  LOSSCAST_EXPECTS(config.race && !config.race->target_loss);
  std::optional<State> from;
  if (state) from = state_of(*state);
  if (!from) options.observer->before_candidates(CandidateList(config.space, config.seed).size());
  CandidateList candidates = raced_candidates(config, fit, options.execution.threads);
  if (!from) options.observer->before_race(candidates.size());
  return std::make_unique<RaceRoundsOfSweep>(config, std::move(candidates), fit, options, std::move(from));
}

std::unique_ptr<SweepRounds> race_rounds(const SweepConfig& config, CandidateList candidates, const Fit& fit,
                                         const SweepOptions& options) {
  return std::make_unique<RaceRoundsOfSweep>(config, std::move(candidates), fit, options, std::nullopt);
}

}  // namespace losscast
