#include "sweep/ranking_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

#include "base/stopwatch.hpp"
#include "format/packed.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "sweep/known_differences.hpp"
#include "sweep/possible_ranking.hpp"
#include "sweep/ranking_cost.hpp"
#include "sweep/ranking_result.hpp"
#include "sweep/ranking_work.hpp"
#include "sweep/space_survey.hpp"
#include "sweep/sweep_request.hpp"
#include "sweep/weighed_divergence.hpp"

namespace losscast {
namespace {

class RankingRounds final : public SweepRounds {
 public:
  RankingRounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                std::optional<std::string_view> state, std::size_t kept_bytes)
      : work_(config, fit, options),
        bounds_(ranking_bounds(config, work_.field()->list.size(), static_cast<std::int64_t>(work_.draws()))) {
    if (state) {
      state_ = unpacked<RankingState>(*state);
      require_possible(state_, bounds_);
      work_.set_order(state_.earlier);
    } else {
      work_.set_order(state_.earlier);
      begin(kept_bytes);
      state_.seconds = beginning_.seconds();
    }
  }

  // Adds the candidates that the configuration has beside the first `before`, before any is ranked.
  void extend(std::int64_t before) {
    if (state_.stage != Stage::simulate || before >= work_.config().space.candidates)
      throw InputError("no candidates can be added", "only more than there are, and to the first round",
                       "raise search.candidates, or plan anew");
    SpaceSurvey survey = survey_space(work_.field()->list, work_.options().execution.threads);
    EnsembleRequest examples = request_of(std::move(survey.examples));
    const auto count = static_cast<std::size_t>(survey.candidates);
    const Step planned = state_.decisions.step_error.block;
    StepError error = decide_run(work_.sde(), examples, count, work_.options().execution).step_error;
    if (error.block < planned)
      throw InputError(fmt::format("the added candidates need blocks of {} steps", error.block),
                       fmt::format("what was computed has blocks of {}", planned),
                       "plan all of them anew, in another folder");
    if (error.block > planned) {  // longer ones would do now, and those that were planned are kept: their error
      examples.block = planned;
      error = decide_run(work_.sde(), examples, count, work_.options().execution).step_error;
    }
    state_.decisions.step_error = error;
    state_.candidates = survey.candidates;
    state_.earlier.push_back(before);
    work_.set_order(state_.earlier);
    state_.seconds_a_candidate = announce_ranking(work_, state_, examples);
  }

  std::optional<Round> open() const override {
    if (state_.stage == Stage::over) return {};
    const double seconds = state_.seconds_a_candidate * static_cast<double>(state_.candidates);
    const RoundBytes bytes = ranking_disk(work_, state_);
    switch (state_.stage) {
      case Stage::simulate:
        return Round{simulation_name(), work_.field()->list.size(), seconds, bytes};
      case Stage::compare:
        return Round{"comparing them with the best", work_.field()->list.size(), seconds, bytes};
      default:
        return Round{"bands over time", static_cast<std::int64_t>(state_.records.size()), seconds, bytes};
    }
  }

  std::string state() const override { return packed(state_); }

  RoundPart compute(std::int64_t first, std::int64_t count) override {
    switch (state_.stage) {
      case Stage::simulate:
        return work_.simulate(state_, first, count);
      case Stage::compare:
        return work_.compare(state_, first, count);
      default:
        return work_.record(state_, first, count);
    }
  }

  void close(std::span<const std::string_view> parts, double seconds) override {
    const Stopwatch watch;
    const Stage stage = state_.stage;
    LOSSCAST_EXPECTS(stage != Stage::over);
    if (stage == Stage::simulate) close_simulation(parts);
    if (stage == Stage::compare) close_comparison(parts);
    if (stage == Stage::record) close_recording(parts);
    state_.seconds += seconds + watch.seconds();
  }

  SweepResult finish() override {
    LOSSCAST_EXPECTS(state_.stage == Stage::over);
    const Stopwatch watch;
    SweepResult result = ranking_result(work_, state_);
    result.total_seconds = state_.seconds + watch.seconds();
    return result;
  }

 private:
  // The items of a round are points of the space, of which constraints leave some out: both numbers are named where
  // they differ.
  std::string simulation_name() const {
    const std::int64_t points = work_.field()->list.size();
    std::string name = "simulating " + counted(state_.candidates, "candidate");
    if (points != state_.candidates) name += fmt::format(" among {} points", points);
    return name;
  }

  // The examples of the space, as a request of samples.
  EnsembleRequest request_of(std::vector<Recipe> examples) const {
    EnsembleRequest request = sweep_request(work_.config(), work_.options());
    request.recipes = std::move(examples);
    request.keep = EnsembleRequest::Keep::samples;
    return request;
  }

  void begin(std::size_t kept_bytes) {
    work_.options().observer->before_candidates(work_.field()->list.size());
    SpaceSurvey survey = survey_space(work_.field()->list, work_.options().execution.threads);
    const std::size_t bytes = bytes_to_compare(work_) + sizeof(RankedRecord);
    state_.candidates = survey.candidates;
    state_.keeps_all = static_cast<std::size_t>(survey.candidates) * bytes <= kept_bytes;
    const EnsembleRequest examples = request_of(std::move(survey.examples));
    state_.decisions =
        decide_run(work_.sde(), examples, static_cast<std::size_t>(survey.candidates), work_.options().execution);
    state_.seconds_a_candidate = announce_ranking(work_, state_, examples);
  }

  void close_simulation(std::span<const std::string_view> parts) {
    SimulatedPart all;
    all.best_of_draws.assign(work_.draws(), std::numeric_limits<float>::infinity());
    for (const std::string_view bytes : parts) {
      SimulatedPart part = unpacked<SimulatedPart>(bytes);
      if (part.best_of_draws.size() != work_.draws())
        throw InputError("a part is of another sweep", "it has other draws", "compute the parts of this round");
      lower_to(part.best_of_draws, all.best_of_draws);
      add_work(all.performance, part.performance);
      std::move(part.keys.begin(), part.keys.end(), std::back_inserter(all.keys));
      std::move(part.records.begin(), part.records.end(), std::back_inserter(all.records));
      std::move(part.samples.begin(), part.samples.end(), std::back_inserter(all.samples));
      all.values.insert(all.values.end(), part.values.begin(), part.values.end());
    }
    require_possible(all, state_, bounds_);
    add_work(state_.performance, all.performance);
    if (!state_.keeps_all) {
      open_comparison(all);
      return;
    }
    const auto first = std::min_element(all.records.begin(), all.records.end(), [&](const auto& a, const auto& b) {
      return rank_of(a.number, standing(a.statistics, a.divergence)) <
             rank_of(b.number, standing(b.statistics, b.divergence));
    });
    const auto at = static_cast<std::size_t>(first - all.records.begin());
    const auto values = std::span(all.values).subspan(at * work_.draws(), work_.draws());
    const Best best{
        all.samples[at], {values.begin(), values.end()}, std::move(all.best_of_draws), all.records[at].divergence};
    work_.compare_with_best(all.records, all.samples, all.values, best);
    rank(std::move(all.records));
  }

  // What the candidate at a place is ranked by: equal ones by their numbers.
  std::tuple<Status, double, std::int64_t> rank_of(std::int64_t place, std::pair<Status, double> standing) const {
    return {standing.first, standing.second, work_.number(place)};
  }

  void open_comparison(SimulatedPart& all) {
    const auto first = std::min_element(all.keys.begin(), all.keys.end(), [&](const auto& a, const auto& b) {
      return rank_of(a.place, {a.status, a.value}) < rank_of(b.place, {b.status, b.value});
    });
    const std::int64_t number = work_.number(first->place);
    const std::vector<Recipe> best = {work_.field()->existing({&number, 1}).front().recipe};
    EnsembleResult result = work_.run(best, EnsembleRequest::Keep::samples, state_.decisions);
    add_work(state_.performance, result.performance);
    state_.best = {std::move(result.samples.front()), work_.values_of(best), std::move(all.best_of_draws),
                   work_.divergence_of(best).front()};
    state_.stage = Stage::compare;
  }

  void close_comparison(std::span<const std::string_view> parts) {
    ComparedPart all;
    all.records.reserve(static_cast<std::size_t>(state_.candidates));
    for (const std::string_view bytes : parts) {
      const ComparedPart part = unpacked<ComparedPart>(bytes);
      all.records.insert(all.records.end(), part.records.begin(), part.records.end());
      add_work(all.performance, part.performance);
    }
    require_possible(all, state_, bounds_);
    add_work(state_.performance, all.performance);
    state_.best = {};
    rank(std::move(all.records));
  }

  void rank(std::vector<RankedRecord> records) {
    for (RankedRecord& record : records) record.number = work_.number(record.number);
    std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
      return standing(a.statistics, a.divergence) < standing(b.statistics, b.divergence);
    });
    state_.records = std::move(records);
    state_.stage = bounds_.records_all ? Stage::record : Stage::over;
  }

  void close_recording(std::span<const std::string_view> parts) {
    RecordedPart all;
    for (const std::string_view bytes : parts) {
      const RecordedPart part = unpacked<RecordedPart>(bytes);
      all.losses.steps.insert(all.losses.steps.end(), part.losses.steps.begin(), part.losses.steps.end());
      all.losses.statistics.insert(all.losses.statistics.end(), part.losses.statistics.begin(),
                                   part.losses.statistics.end());
      add_work(all.performance, part.performance);
    }
    require_possible(all.losses, state_, bounds_);
    state_.recorded = std::move(all.losses);
    add_work(state_.performance, all.performance);
    state_.stage = Stage::over;
  }

  const Stopwatch beginning_;
  RankingWork work_;
  const RankingBounds bounds_;
  RankingState state_;
};

}  // namespace

std::unique_ptr<SweepRounds> ranking_rounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                            std::optional<std::string_view> state, std::size_t kept_bytes) {
  LOSSCAST_EXPECTS(!config.race && !options.goal.any());
  return std::make_unique<RankingRounds>(config, fit, options, state, kept_bytes);
}

std::unique_ptr<SweepRounds> extended_ranking(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                                              std::string_view state, std::int64_t before) {
  auto rounds = std::make_unique<RankingRounds>(config, fit, options, state, kKeptBytes);
  rounds->extend(before);
  return rounds;
}

}  // namespace losscast
