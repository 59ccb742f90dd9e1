#include "sweep/steps_to_loss_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/stopwatch.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/sweep/raced_candidates.hpp"
#include "race/packed_search.hpp"
#include "sweep/finalists.hpp"
#include "sweep/loss_bracket.hpp"
#include "sweep/race_search.hpp"
#include "sweep/spread_over_draws.hpp"

namespace losscast {

template <class Archive>
void members(Archive& archive, Probe& probe) {
  archive(probe.steps, probe.mean, probe.end);
}

namespace {

// A race that is over, and what came out of it.
struct RaceOver {
  SearchState search;
  Performance performance;  // of its result
};

struct State {
  std::vector<Probe> probes;        // in their order
  Step steps = 0;                   // of the race that is open; 0 if none is
  std::optional<SearchState> open;  // that race
  std::optional<RaceOver> meets;    // the race of the shortest probe that meets the loss
  Performance others;               // of the races of all other probes
  double seconds = 0;               // that the sweep took
  double seconds_at_race = 0;       // of these, when the open race began, or else the last one
  bool is_stopped = false;          // by its seconds
};

template <class Archive>
void members(Archive& archive, RaceOver& race) {
  archive(race.search, race.performance);
}

template <class Archive>
void members(Archive& archive, State& state) {
  archive(state.probes, state.steps, state.open, state.meets, state.others, state.seconds, state.seconds_at_race,
          state.is_stopped);
}

[[noreturn]] void throw_other_sweep() {
  throw InputError("a search for the steps to a loss cannot be in this state",
                   "it is of another sweep, or of another version", "begin anew");
}

SweepConfig at_horizon(const SweepConfig& config, Step steps) {
  SweepConfig out = config;
  out.space.horizons = {steps};
  out.race->target_loss.reset();
  return out;
}

class StepsToLossRounds final : public SweepRounds {
 public:
  StepsToLossRounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options)
      : config_(config), fit_(fit), options_(options) {
    if (options.goal.stop.path_steps || options.goal.stop.rounds)
      throw InputError("a budget of path-steps or rounds is for one race", "the fewest steps to a loss take several",
                       "limit the seconds, or lower search.candidates");
  }

  void begin() {
    const Stopwatch watch;
    begin_race(config_.space.horizons.front());
    now_.seconds = watch.seconds();
  }

  void go_on_from(State state) {
    now_ = std::move(state);
    if (!is_possible(now_)) throw_other_sweep();
    if (!now_.open) return;
    open_race(std::exchange(now_.open, std::nullopt));
    if (race_->is_over()) throw_other_sweep();
  }

  std::optional<Round> open() const override {
    if (!race_) return {};
    Round round = race_->open(fmt::format("race {} for {} steps", now_.probes.size() + 1, now_.steps));
    round.bytes.a_part += sizeof now_.steps;  // before each
    return round;
  }

  std::string state() const override {
    State now = now_;
    if (race_) now.open = race_->state();
    return packed(now);
  }

  RoundPart compute(std::int64_t first, std::int64_t count) override {
    RoundPart part = race_->compute(first, count);
    part.bytes = packed(now_.steps) + part.bytes;
    return part;
  }

  void close(std::span<const std::string_view> parts, double seconds) override {
    const Stopwatch watch;
    std::vector<std::string_view> of_race;
    for (const std::string_view part : parts) of_race.push_back(without_steps(part));
    race_->close(of_race, seconds);
    const bool is_over = race_->is_over();
    if (is_over) end_race();
    now_.seconds += seconds + watch.seconds();
    if (!is_over) return;
    if (const std::optional<Step> next = next_steps()) {
      const Stopwatch beginning;
      begin_race(*next);
      now_.seconds += beginning.seconds();
    }
  }

  SweepResult finish() override {
    LOSSCAST_EXPECTS(!race_);
    const Stopwatch watch;
    StepsToLoss found;
    found.loss = loss();
    found.probes = now_.probes;
    std::sort(found.probes.begin(), found.probes.end(),
              [](const Probe& a, const Probe& b) { return a.steps < b.steps; });
    found.steps = shortest_that_meets(loss(), found.probes)->steps;
    if (const auto misses = longest_that_misses(loss(), found.probes)) found.above = misses->steps;
    found.is_stopped = now_.is_stopped;
    if (!meets_) meets_ = result_again(found.steps);
    SweepResult result = simulate_finalists(at_horizon(config_, found.steps), candidates_for(found.steps),
                                            std::move(*meets_), fit_, options_);
    add(result.performance, now_.others);
    add_range(deviation_over_draws(result.certificate->search.horizons.front()), found);
    result.certificate->steps_to_loss = std::move(found);
    result.total_seconds = now_.seconds + watch.seconds();
    return result;
  }

 private:
  double loss() const { return *config_.race->target_loss; }

  CandidateList candidates_for(Step steps) const {
    return raced_candidates(at_horizon(config_, steps), fit_, options_.execution.threads);
  }

  // The result of the shortest probe that meets the loss, from the state of its race.
  SearchResult result_again(Step steps) {
    return RaceSearch(at_horizon(config_, steps), candidates_for(steps), fit_, options_, std::move(now_.meets->search))
        .result();
  }

  // The race for the open length, which may take the seconds that were left when it began.
  void open_race(std::optional<SearchState> state) {
    SweepOptions of_race = options_;
    if (std::optional<double>& seconds = of_race.goal.stop.seconds)
      seconds = std::max(0.0, *seconds - now_.seconds_at_race);
    race_.emplace(at_horizon(config_, now_.steps), candidates_for(now_.steps), fit_, of_race, std::move(state));
  }

  void begin_race(Step steps) {
    now_.steps = steps;
    now_.seconds_at_race = now_.seconds;
    open_race({});
  }

  bool is_possible(const State& state) const {
    const auto lies_between = [&](Step steps) {
      return steps >= config_.space.horizons.front() && steps <= config_.space.horizons.back();
    };
    const auto can_be = [&](const Probe& probe) {
      return lies_between(probe.steps) && std::isfinite(probe.mean) && probe.end >= RaceEnd::decided &&
             probe.end <= RaceEnd::seconds;
    };
    const auto is_time = [](double seconds) { return std::isfinite(seconds) && seconds >= 0; };
    return std::all_of(state.probes.begin(), state.probes.end(), can_be) && is_time(state.seconds) &&
           is_time(state.seconds_at_race) && is_possible_work(state) &&
           state.meets.has_value() == shortest_that_meets(loss(), state.probes).has_value() &&
           (!state.meets || state.meets->search.race.end) &&
           (state.open ? lies_between(state.steps) : state.meets && state.steps == 0);
  }

  static bool is_possible_work(const State& state) {
    return losscast::is_possible(state.others) && (!state.meets || losscast::is_possible(state.meets->performance));
  }

  // A part of a race, of which the length of runs stands before it.
  std::string_view without_steps(std::string_view part) const {
    const std::string steps = packed(now_.steps);
    if (!part.starts_with(steps))
      throw InputError("a part does not belong to the open race", "it is of another length of runs",
                       "compute the parts of this round");
    return part.substr(steps.size());
  }

  void end_race() {
    SearchResult found = race_->result();
    const Probe probe{std::exchange(now_.steps, 0), found.horizons.front().mean, found.race.end};
    now_.probes.push_back(probe);
    options_.observer->after_probe(probe);
    if (probe.mean > loss()) {
      if (is_longest(probe)) throw_missed(probe, race_->candidates(), found.winner);
      add(now_.others, found.performance);
    } else {
      if (now_.meets) add(now_.others, now_.meets->performance);
      now_.meets = {race_->state(), found.performance};
      meets_ = std::move(found);
    }
    race_.reset();
    if (!is_possible_work(now_)) throw_other_sweep();
  }

  // Whether no longer run may be tried, after the shortest one.
  bool is_longest(const Probe& probe) const {
    return now_.probes.size() > 1 && probe.steps == config_.space.horizons.back();
  }

  [[noreturn]] void throw_missed(const Probe& longest, const CandidateList& candidates, std::int64_t winner) const {
    throw InputError(fmt::format("no candidate comes to a loss of {:g}", loss()),
                     fmt::format("after {} steps the best has {:.4f}: {}", longest.steps, longest.mean,
                                 schedule_text(candidates.make({&winner, 1}).front()->arguments)),
                     "raise it, or the second of the horizons");
  }

  // The length for which the next race runs, after both ends of the horizons; nothing where the search is over.
  std::optional<Step> next_steps() {
    const std::optional<Probe> misses = longest_that_misses(loss(), now_.probes);
    if (!misses) return {};
    const std::optional<Probe> meets = shortest_that_meets(loss(), now_.probes);
    if (!meets) return config_.space.horizons.back();
    const std::optional<Step> next = next_length(loss(), *misses, *meets);
    const std::optional<double>& limit = options_.goal.stop.seconds;
    now_.is_stopped = next && limit && now_.seconds + (now_.seconds - now_.seconds_at_race) > *limit;
    return now_.is_stopped ? std::nullopt : next;
  }

  const SweepConfig& config_;
  const Fit& fit_;
  SweepOptions options_;
  State now_;
  std::optional<RaceSearch> race_;
  std::optional<SearchResult> meets_;  // the result of now_.meets, unless that came from elsewhere
};

}  // namespace

std::unique_ptr<SweepRounds> steps_to_loss_rounds(const SweepConfig& config, const Fit& fit,
                                                  const SweepOptions& options, std::optional<std::string_view> state) {
  LOSSCAST_EXPECTS(config.race && config.race->target_loss && config.divergence_cost == 0);
  auto rounds = std::make_unique<StepsToLossRounds>(config, fit, options);
  if (state) {
    rounds->go_on_from(unpacked<State>(*state));
  } else {
    options.observer->before_candidates(config.space.candidates);
    rounds->begin();
  }
  return rounds;
}

}  // namespace losscast
