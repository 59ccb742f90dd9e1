#include "sweep/ranking_rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "base/stopwatch.hpp"
#include "format/packed.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/sweep/ranked_rows.hpp"
#include "sweep/candidate_order.hpp"
#include "sweep/known_differences.hpp"
#include "sweep/paired_difference.hpp"
#include "sweep/possible_ranking.hpp"
#include "sweep/rank_candidates.hpp"
#include "sweep/ranking_parts.hpp"
#include "sweep/simulate_bands.hpp"
#include "sweep/space_survey.hpp"
#include "sweep/sweep_request.hpp"
#include "sweep/values_of_draws.hpp"

namespace losscast {
namespace {

constexpr std::size_t kAtOnce = 1024;  // candidates that are made and simulated together
static_assert(kAtOnce <= ValuesOfDraws::kMostAtOnce);
constexpr std::size_t kFirstRows = kMostFinalists;  // that a result holds itself

// Throws InputError where parts speak of more work than can have been done.
void add_to(Performance& sum, const Performance& more) {
  require_possible(more);
  if (sum.backend.empty())
    sum = more;
  else
    add(sum, more);
  require_possible(sum);
}

// Candidates, and what makes ranked ones of them: shared with the rows of the result, which outlive the rounds.
struct Field {
  CandidateList list;
  Fit fit;
  std::int64_t paths;

  // Candidates of these numbers. Throws InputError if one does not exist, of which nothing can have been found.
  std::vector<Candidate> existing(std::span<const std::int64_t> numbers, int threads = 1) const {
    std::vector<Candidate> candidates;
    for (std::optional<Candidate>& one : list.make(numbers, threads)) {
      if (!one)
        throw InputError("a candidate was ranked that does not exist", "the results are of another sweep",
                         "begin anew");
      candidates.push_back(std::move(*one));
    }
    return candidates;
  }

  RankedCandidate ranked(Candidate candidate, const RankedRecord& record) const {
    std::vector<std::string> outside = extrapolations(fit, candidate.recipe.schedule);
    return {std::move(candidate), record.statistics, record.difference, paths, std::move(outside), record.known};
  }
};

class RowsOfRecords final : public RankedRows {
 public:
  RowsOfRecords(std::shared_ptr<const Field> field, std::vector<RankedRecord> records)
      : field_(std::move(field)), records_(std::move(records)) {}

  std::size_t size() const override { return records_.size(); }
  std::vector<RankedCandidate> make(std::size_t first, std::size_t count) const override {
    std::vector<std::int64_t> numbers;
    for (std::size_t i = first; i < first + count; ++i) numbers.push_back(records_[i].number);
    std::vector<RankedCandidate> rows;
    for (Candidate& one : field_->existing(numbers))
      rows.push_back(field_->ranked(std::move(one), records_[first + rows.size()]));
    return rows;
  }

 private:
  std::shared_ptr<const Field> field_;
  std::vector<RankedRecord> records_;
};

class RankingRounds final : public SweepRounds {
 public:
  RankingRounds(const SweepConfig& config, const Fit& fit, const SweepOptions& options,
                std::optional<std::string_view> state, std::size_t kept_bytes)
      : config_(config),
        options_(options),
        field_(std::make_shared<Field>(CandidateList(config.space, config.seed), fit, config.paths)),
        sde_(sweep_sde(config, fit)),
        values_(sde_, config.seed, options.execution),
        bounds_(ranking_bounds(config, field_->list.size(), values_.draws())) {
    if (state) {
      state_ = unpacked<RankingState>(*state);
      require_possible(state_, bounds_);
      order_.emplace(field_->list, config.seed, state_.earlier);
    } else {
      order_.emplace(field_->list, config.seed, state_.earlier);
      begin(kept_bytes);
      state_.seconds = beginning_.seconds();
    }
  }

  // Adds the candidates that the configuration has beside the first `before`, before any is ranked.
  void extend(std::int64_t before) {
    if (state_.stage != Stage::simulate || before >= config_.space.candidates ||
        config_.space.method == SearchMethod::grid)
      throw InputError("no candidates can be added", "only to random or Sobol points, and only more than there are",
                       "raise search.candidates, or plan anew");
    SpaceSurvey survey = survey_space(field_->list, options_.execution.threads);
    EnsembleRequest examples = sweep_request(config_, options_);
    examples.recipes = std::move(survey.examples);
    examples.keep = EnsembleRequest::Keep::samples;
    const auto count = static_cast<std::size_t>(survey.candidates);
    const Step planned = state_.decisions.step_error.block;
    const Step needed = decide_run(sde_, examples, count, options_.execution).step_error.block;
    if (needed < planned)
      throw InputError(fmt::format("the added candidates need blocks of {} steps", needed),
                       fmt::format("what was computed has blocks of {}", planned), "plan anew");
    examples.block = planned;
    state_.decisions.step_error = decide_run(sde_, examples, count, options_.execution).step_error;
    state_.candidates = survey.candidates;
    state_.earlier.push_back(before);
    order_.emplace(field_->list, config_.seed, state_.earlier);
    announce(std::move(examples));
  }

  std::optional<Round> open() const override {
    const double seconds = state_.seconds_a_candidate * static_cast<double>(state_.candidates);
    switch (state_.stage) {
      case Stage::simulate:
        return Round{fmt::format("simulating {} candidates", state_.candidates), field_->list.size(), seconds};
      case Stage::compare:
        return Round{"comparing them with the best", field_->list.size(), seconds};
      case Stage::record:
        return Round{"bands over time", static_cast<std::int64_t>(state_.records.size()), seconds};
      case Stage::over:
        break;
    }
    return {};
  }

  std::string state() const override { return packed(state_); }

  RoundPart compute(std::int64_t first, std::int64_t count) override {
    switch (state_.stage) {
      case Stage::simulate:
        return simulate(first, count);
      case Stage::compare:
        return compare(first, count);
      default:
        return record(first, count);
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
    SweepResult result;
    result.step_error = state_.decisions.step_error;
    result.levers = state_.decisions.levers;
    result.known = what_is_known();
    result.performance = state_.performance;
    result.bands = bands(result.performance);
    auto rows = std::make_shared<const RowsOfRecords>(field_, std::move(state_.records));
    result.ranked = rows->make(0, std::min(rows->size(), kFirstRows));
    result.rows = std::move(rows);
    result.total_seconds = state_.seconds + watch.seconds();
    return result;
  }

 private:
  std::size_t draws() const { return static_cast<std::size_t>(values_.draws()); }
  double delta() const { return config_.delta.value_or(kUsualDelta); }

  void begin(std::size_t kept_bytes) {
    options_.observer->before_candidates(field_->list.size());
    SpaceSurvey survey = survey_space(field_->list, options_.execution.threads);
    EnsembleRequest examples = sweep_request(config_, options_);
    const std::size_t bytes = examples.paths * sizeof(float) + draws() * sizeof(float) + sizeof(RankedRecord);
    state_.candidates = survey.candidates;
    state_.keeps_all = static_cast<std::size_t>(survey.candidates) * bytes <= kept_bytes;
    examples.recipes = std::move(survey.examples);
    examples.keep = EnsembleRequest::Keep::samples;
    state_.decisions = decide_run(sde_, examples, static_cast<std::size_t>(survey.candidates), options_.execution);
    announce(std::move(examples));
  }

  // Tells what all candidates will take, by as many copies of the examples. Throws InputError if that is more memory
  // than there is.
  void announce(EnsembleRequest examples) {
    const Step block = state_.decisions.step_error.block;
    const auto candidates = static_cast<std::size_t>(state_.candidates);
    examples.block = block;
    examples.levers = as_used(state_.decisions.levers);
    EnsembleWork work = count_work(sde_, examples, options_.execution, block);
    const double times = static_cast<double>(candidates) / static_cast<double>(examples.recipes.size());
    work.block_steps = static_cast<std::int64_t>(static_cast<double>(work.block_steps) * times);
    work.path_steps = static_cast<std::int64_t>(static_cast<double>(work.path_steps) * times);
    work.host_bytes = group_bytes(examples, block) + candidates * bytes_of_candidate() +
                      bands_bytes(config_.bands, sde_, examples, candidates, options_.execution, block);
    require_memory(work.host_bytes);
    options_.observer->before_run(work);
    const double seconds = seconds_ahead(sde_, examples, options_.execution, work) +
                           static_cast<double>(candidates) * seconds_beside(examples.recipes);
    options_.observer->expects(seconds);
    state_.seconds_a_candidate = seconds / static_cast<double>(candidates);
  }

  // What a candidate takes beside its paths: to be made, and its values in the fit's draws.
  double seconds_beside(const std::vector<Recipe>& examples) {
    const Stopwatch watch;
    values_of(examples);
    make(0, std::min<std::int64_t>(static_cast<std::int64_t>(examples.size()), field_->list.size()));
    return watch.seconds() / static_cast<double>(examples.size());
  }

  // Of candidates that are simulated together, were they all as long as the longest.
  std::size_t group_bytes(const EnsembleRequest& examples, Step block) const {
    EnsembleRequest group = examples;
    const auto longest =
        std::max_element(examples.recipes.begin(), examples.recipes.end(),
                         [](const Recipe& a, const Recipe& b) { return a.total_steps() < b.total_steps(); });
    group.recipes.assign(std::min(at_once(), static_cast<std::size_t>(state_.candidates)), *longest);
    return count_work(sde_, group, options_.execution, block).host_bytes;
  }

  // How many candidates are simulated together: so many that their samples stay within bounds.
  std::size_t at_once() const {
    return std::clamp<std::size_t>(kKeptBytes / (static_cast<std::size_t>(config_.paths) * sizeof(float)), 1, kAtOnce);
  }

  // What is kept of a candidate: its record, in the parts and out of them, and what it is compared by.
  std::size_t bytes_of_candidate() const {
    const std::size_t compared = static_cast<std::size_t>(config_.paths) * sizeof(float) + draws() * sizeof(float);
    return 2 * sizeof(RankedRecord) + (state_.keeps_all ? compared : sizeof(RankingKey));
  }

  // The recipes of the candidates at some places, as far as they exist.
  struct Made {
    std::vector<std::int64_t> places;
    std::vector<Recipe> recipes;
  };
  Made make(std::int64_t first, std::int64_t count) const {
    std::vector<std::int64_t> numbers;
    for (std::int64_t place = first; place < first + count; ++place) numbers.push_back(order_->number(place));
    Made made;
    std::vector<std::optional<Candidate>> all = field_->list.make(numbers, options_.execution.threads);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[i]) continue;
      made.places.push_back(first + static_cast<std::int64_t>(i));
      made.recipes.push_back(std::move(all[i]->recipe));
    }
    return made;
  }

  EnsembleResult run(const std::vector<Recipe>& recipes, EnsembleRequest::Keep keep) const {
    EnsembleRequest request = sweep_request(config_, options_);
    request.recipes = recipes;
    request.keep = keep;
    return run_as_decided(sde_, request, state_.decisions, options_.execution);
  }

  std::vector<float> values_of(const std::vector<Recipe>& recipes) {
    std::vector<float> values(recipes.size() * draws());
    values_.evaluate(recipes, values);
    return values;
  }

  // Calls take(candidates) for all that exist at these places, some at a time.
  template <class Take>
  void for_each_group(std::int64_t first, std::int64_t count, Take take) const {
    const auto group = static_cast<std::int64_t>(at_once());
    for (std::int64_t begin = 0; begin < count; begin += group) {
      const Made made = make(first + begin, std::min(group, count - begin));
      if (!made.recipes.empty()) take(made);
    }
  }

  RoundPart simulate(std::int64_t first, std::int64_t count) {
    using Keep = EnsembleRequest::Keep;
    SimulatedPart part;
    part.best_of_draws.assign(draws(), std::numeric_limits<float>::infinity());
    RoundPart out;
    for_each_group(first, count, [&](const Made& made) {
      EnsembleResult result = run(made.recipes, state_.keeps_all ? Keep::samples : Keep::statistics);
      add_to(part.performance, result.performance);
      const std::vector<float> values = values_of(made.recipes);
      lower_to(values, part.best_of_draws);
      for (std::size_t i = 0; i < made.places.size(); ++i) {
        const Statistics& statistics = result.statistics[i].front();
        if (statistics.status == Status::ok) out.best = std::fmin(out.best, statistics.mean);
        if (state_.keeps_all)
          part.records.push_back({made.places[i], statistics, {}, {}});
        else
          part.keys.push_back({made.places[i], statistics.status, statistics.mean});
      }
      if (!state_.keeps_all) return;
      std::move(result.samples.begin(), result.samples.end(), std::back_inserter(part.samples));
      part.values.insert(part.values.end(), values.begin(), values.end());
    });
    out.bytes = packed(part);
    return out;
  }

  RoundPart compare(std::int64_t first, std::int64_t count) {
    ComparedPart part;
    RoundPart out;
    for_each_group(first, count, [&](const Made& made) {
      const EnsembleResult result = run(made.recipes, EnsembleRequest::Keep::samples);
      add_to(part.performance, result.performance);
      const std::size_t before = part.records.size();
      for (std::size_t i = 0; i < made.places.size(); ++i)
        part.records.push_back({made.places[i], result.statistics[i].front(), {}, {}});
      compare_with_best(std::span(part.records).subspan(before), result.samples, values_of(made.recipes), state_.best);
    });
    out.bytes = packed(part);
    return out;
  }

  // Fills in the differences of some records to the best.
  void compare_with_best(std::span<RankedRecord> records, std::span<const MeanSample> samples,
                         std::span<const float> values, const Best& best) const {
    parallel_for(static_cast<std::int64_t>(records.size()), options_.execution.threads, [&](std::int64_t i) {
      const auto at = static_cast<std::size_t>(i);
      records[at].difference = paired_difference(samples[at], best.sample, config_.confidence);
      records[at].known =
          known_difference(values.subspan(at * draws(), draws()), best.values, best.best_of_draws, delta());
    });
  }

  void close_simulation(std::span<const std::string_view> parts) {
    SimulatedPart all;
    all.best_of_draws.assign(draws(), std::numeric_limits<float>::infinity());
    for (const std::string_view bytes : parts) {
      SimulatedPart part = unpacked<SimulatedPart>(bytes);
      if (part.best_of_draws.size() != draws())
        throw InputError("a part is of another sweep", "it has other draws", "compute the parts of this round");
      lower_to(part.best_of_draws, all.best_of_draws);
      add_to(all.performance, part.performance);
      std::move(part.keys.begin(), part.keys.end(), std::back_inserter(all.keys));
      std::move(part.records.begin(), part.records.end(), std::back_inserter(all.records));
      std::move(part.samples.begin(), part.samples.end(), std::back_inserter(all.samples));
      all.values.insert(all.values.end(), part.values.begin(), part.values.end());
    }
    require_possible(all, state_, bounds_);
    add_to(state_.performance, all.performance);
    if (!state_.keeps_all) {
      open_comparison(all);
      return;
    }
    const auto first = std::min_element(all.records.begin(), all.records.end(), [&](const auto& a, const auto& b) {
      return rank_of(a.number, a.statistics.status, a.statistics.mean) <
             rank_of(b.number, b.statistics.status, b.statistics.mean);
    });
    const auto at = static_cast<std::size_t>(first - all.records.begin());
    const auto values = std::span(all.values).subspan(at * draws(), draws());
    const Best best{all.samples[at], {values.begin(), values.end()}, std::move(all.best_of_draws)};
    compare_with_best(all.records, all.samples, all.values, best);
    rank(std::move(all.records));
  }

  // What the candidate at a place is ranked by: equal ones by their numbers.
  std::tuple<Status, double, std::int64_t> rank_of(std::int64_t place, Status status, double mean) const {
    return {status, mean, order_->number(place)};
  }

  void open_comparison(SimulatedPart& all) {
    const auto first = std::min_element(all.keys.begin(), all.keys.end(), [&](const auto& a, const auto& b) {
      return rank_of(a.place, a.status, a.mean) < rank_of(b.place, b.status, b.mean);
    });
    const std::int64_t number = order_->number(first->place);
    const std::vector<Recipe> best = {field_->existing({&number, 1}).front().recipe};
    EnsembleResult result = run(best, EnsembleRequest::Keep::samples);
    add_to(state_.performance, result.performance);
    state_.best = {std::move(result.samples.front()), values_of(best), std::move(all.best_of_draws)};
    state_.stage = Stage::compare;
  }

  void close_comparison(std::span<const std::string_view> parts) {
    ComparedPart all;
    all.records.reserve(static_cast<std::size_t>(state_.candidates));
    for (const std::string_view bytes : parts) {
      const ComparedPart part = unpacked<ComparedPart>(bytes);
      all.records.insert(all.records.end(), part.records.begin(), part.records.end());
      add_to(all.performance, part.performance);
    }
    require_possible(all, state_, bounds_);
    add_to(state_.performance, all.performance);
    state_.best = {};
    rank(std::move(all.records));
  }

  void rank(std::vector<RankedRecord> records) {
    for (RankedRecord& record : records) record.number = order_->number(record.number);
    std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    std::stable_sort(records.begin(), records.end(),
                     [](const auto& a, const auto& b) { return is_ranked_before(a.statistics, b.statistics); });
    state_.records = std::move(records);
    state_.stage = bounds_.records_all ? Stage::record : Stage::over;
  }

  RoundPart record(std::int64_t first, std::int64_t count) {
    std::vector<std::size_t> places(static_cast<std::size_t>(count));
    std::iota(places.begin(), places.end(), static_cast<std::size_t>(first));
    RecordedPart part;
    part.losses = record_places(places, part.performance);
    return {packed(part)};
  }

  // The losses over time of the candidates at some places of the ranking.
  RecordedLosses record_places(std::span<const std::size_t> places, Performance& spent) const {
    std::vector<std::int64_t> numbers;
    for (const std::size_t place : places) numbers.push_back(state_.records[place].number);
    const std::vector<Candidate> made = field_->existing(numbers, options_.execution.threads);
    std::vector<RecordedCandidate> recorded;
    for (std::size_t i = 0; i < places.size(); ++i)
      recorded.push_back({&made[i].recipe, config_.paths, &state_.records[places[i]].statistics});
    const EnsembleRequest request = sweep_request(config_, options_);
    return record_losses(config_.bands.times, {sde_, request, state_.decisions, options_.execution}, recorded, spent);
  }

  void close_recording(std::span<const std::string_view> parts) {
    RecordedPart all;
    for (const std::string_view bytes : parts) {
      const RecordedPart part = unpacked<RecordedPart>(bytes);
      all.losses.steps.insert(all.losses.steps.end(), part.losses.steps.begin(), part.losses.steps.end());
      all.losses.statistics.insert(all.losses.statistics.end(), part.losses.statistics.begin(),
                                   part.losses.statistics.end());
      add_to(all.performance, part.performance);
    }
    require_possible(all.losses, state_, bounds_);
    state_.recorded = std::move(all.losses);
    add_to(state_.performance, all.performance);
    state_.stage = Stage::over;
  }

  // The places of those that cannot be told from the first.
  std::vector<std::size_t> finalists() const {
    const std::vector<RankedRecord>& records = state_.records;
    std::vector<std::size_t> places = {0};
    for (std::size_t i = 1; i < records.size(); ++i)
      if (is_finalist(records[i].statistics, records[i].difference, records[0].statistics)) places.push_back(i);
    return places;
  }

  std::optional<SweepBands> bands(Performance& spent) {
    if (config_.bands.candidates == BandsConfig::Candidates::none) return {};
    std::vector<std::size_t> places = finalists();
    const std::size_t finalist_count = places.size();
    if (config_.bands.candidates == BandsConfig::Candidates::all) {
      places.resize(state_.records.size());
      std::iota(places.begin(), places.end(), std::size_t{0});
    } else {
      places.resize(std::min(places.size(), kMostFinalists));
      options_.observer->before_bands(places.size());
      state_.recorded = record_places(places, spent);
    }
    for (std::size_t& place : places) ++place;  // ranks begin with 1
    SweepBands bands = empty_bands(std::move(places), config_.bands.times);
    bands.finalists = finalist_count;
    bands.steps = std::move(state_.recorded.steps);
    bands.statistics = std::move(state_.recorded.statistics);
    return bands;
  }

  KnownRanking what_is_known() const {
    KnownRanking ranking;
    ranking.delta = delta();
    ranking.draws = static_cast<std::int64_t>(draws());
    std::optional<std::int64_t> next_run;
    for (const RankedRecord& record : state_.records)
      if (count_known(record.known, true, ranking)) next_run = record.number;
    if (next_run) ranking.next_run = field_->existing({&*next_run, 1}).front().arguments;
    return ranking;
  }

  const Stopwatch beginning_;
  const SweepConfig& config_;
  const SweepOptions options_;
  std::shared_ptr<const Field> field_;
  LossSde sde_;
  ValuesOfDraws values_;
  const RankingBounds bounds_;
  RankingState state_;
  std::optional<CandidateOrder> order_;
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
