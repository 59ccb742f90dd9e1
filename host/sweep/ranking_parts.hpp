// What the rounds of a ranking pass on: the state between them, and the parts of each. As members for
// format/packed.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "losscast/engine/ensemble.hpp"
#include "losscast/sweep/result.hpp"
#include "sweep/packed_results.hpp"
#include "sweep/simulate_bands.hpp"

namespace losscast {

// What is kept of all candidates at most until they are compared.
inline constexpr std::size_t kKeptBytes = std::size_t{128} << 20;

// What was found of one candidate.
struct RankedRecord {
  std::int64_t number = 0;  // of the candidate; in parts its place in the order of computing
  Statistics statistics;
  PairedDifference difference;
  KnownDifference known;
  WeighedDivergence divergence;
};

template <class Archive>
void members(Archive& archive, RankedRecord& record) {
  archive(record.number, record.statistics, record.difference, record.known, record.divergence);
}

// What decides the order of the candidates.
struct RankingKey {
  std::int64_t place = 0;  // in the order of computing
  Status status = Status::ok;
  double value = 0;  // the mean, with what divergence adds to it
};

template <class Archive>
void members(Archive& archive, RankingKey& key) {
  archive(key.place, key.status, key.value);
}

// Some candidates as they were simulated first.
struct SimulatedPart {
  std::vector<RankingKey> keys;       // unless all is kept
  std::vector<RankedRecord> records;  // if all is kept, without differences
  std::vector<MeanSample> samples;    // likewise, of each
  std::vector<float> values;          // likewise, [candidate][draw]
  std::vector<float> best_of_draws;   // lowest value of each draw
  Performance performance;
};

template <class Archive>
void members(Archive& archive, SimulatedPart& part) {
  archive(part.keys, part.records, part.samples, part.values, part.best_of_draws, part.performance);
}

// Some candidates beside the best.
struct ComparedPart {
  std::vector<RankedRecord> records;
  Performance performance;
};

template <class Archive>
void members(Archive& archive, ComparedPart& part) {
  archive(part.records, part.performance);
}

// Losses over time of some ranks.
struct RecordedPart {
  RecordedLosses losses;
  Performance performance;
};

template <class Archive>
void members(Archive& archive, RecordedPart& part) {
  archive(part.losses, part.performance);
}

// The candidate that all others are compared with.
struct Best {
  MeanSample sample;
  std::vector<float> values;         // of its draws
  std::vector<float> best_of_draws;  // of all candidates
  WeighedDivergence divergence;
};

template <class Archive>
void members(Archive& archive, Best& best) {
  archive(best.sample, best.values, best.best_of_draws, best.divergence);
}

enum class Stage : std::uint8_t { simulate, compare, record, over };

struct RankingState {
  Stage stage = Stage::simulate;
  RunDecisions decisions;
  std::int64_t candidates = 0;        // that exist
  std::vector<std::int64_t> earlier;  // SearchSpace::candidates of the sweep before more of them were added, ascending
  bool keeps_all = false;             // what is seen of a candidate, until it is compared
  double seconds_a_candidate = 0;     // of simulating, on the machine that began
  double seconds = 0;                 // that the rounds took so far
  Performance performance;
  Best best;                          // Stage::compare
  std::vector<RankedRecord> records;  // from Stage::record on, in the order of the ranks
  RecordedLosses recorded;            // of all, once they are
};

template <class Archive>
void members(Archive& archive, RankingState& state) {
  archive(state.stage, state.decisions, state.candidates, state.earlier, state.keeps_all, state.seconds_a_candidate,
          state.seconds, state.performance, state.best, state.records, state.recorded);
}

}  // namespace losscast
