/// \file
/// The results of a sweep as files hold them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/performance.hpp"
#include "losscast/engine/statistics.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/io/provenance.hpp"
#include "losscast/race/race_rules.hpp"
#include "losscast/race/search_result.hpp"
#include "losscast/schedule/arguments.hpp"
#include "losscast/sweep/bands.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// A row of results.csv: a candidate, ranked.
struct ResultsRow {
  std::size_t rank = 0;         ///< from 1
  Arguments arguments;          ///< of its schedule, `family` included, and the steps that it was ranked at
  Statistics statistics;        ///< of its final loss, without what the file does not have: deviation and intervals
  std::int64_t paths = 0;       ///< that it was simulated on
  KnownDifference known;        ///< to rank 1, by the fit, without its deviation
  PairedDifference difference;  ///< likewise simulated
  /// The probability that a run diverges, where divergence has a cost, else nothing.
  std::optional<double> p_diverge;
  double ranked_by = 0;      ///< the mean, with what divergence adds to it where it has a cost [nats]
  std::string extrapolates;  ///< in what the schedule lies outside the training curves, in words; empty if in nothing
};

/// A race's certificate, as far as results.json has it.
struct CertificateOnFile {
  /// A probability that was limited.
  struct Limit {
    std::string name;   ///< such as p_diverge
    double limit = 0;   ///< which no candidate may exceed
    double winner = 0;  ///< the winner's
  };
  /// A schedule between the candidates that is better than the winner.
  struct Polished {
    std::string schedule;  ///< a line of TOML
    double gain = 0;       ///< [nats]
  };
  bool certified = false;              ///< whether the simulation has found a winner within delta of the best
  std::string objective;               ///< what was minimised
  double delta = 0;                    ///< the smallest difference that matters [nats]
  std::string delta_source;            ///< where that is from, in words
  double confidence = 0;               ///< that was asked for
  double p_selection = 0;              ///< probability that the winner is within delta of the best, by the simulation
  bool exact = false;                  ///< the finalists were measured on all draws
  std::optional<double> p_posterior;   ///< share of the fit's draws in which it is; nothing where none is exact
  std::string objection;               ///< why nothing is certified; empty if there is no such reason
  std::string stopped_by;              ///< why the race was over, in words
  std::int64_t candidates = 0;         ///< that raced
  std::int64_t excluded = 0;           ///< by constraints and limits
  std::vector<RaceRound> stages;       ///< without their leaders
  std::vector<Limit> limits;           ///< on risks
  std::vector<HorizonMean> horizons;   ///< of the winner, without its draws
  std::optional<StepsToLoss> to_loss;  ///< if the race was for the fewest steps to a loss; without its probes
  std::optional<Polished> polished;    ///< if there is one
};

/// What results.json says of the fit that the results rest on.
struct FitOnFile {
  std::string file;                   ///< as the sweep named it
  std::string model;                  ///< its name
  std::optional<double> params;       ///< of its model, if known
  RangesSeen seen;                    ///< by its training curves
  std::vector<std::string> warnings;  ///< what the data could not identify
  std::vector<std::string> doubts;    ///< why it must not be trusted
};

/// What a folder of results holds, as far as a reader of a ranking needs it.
struct SweepResults {
  /// The candidates that were kept, by rank: of up to kFirstRanks + kSpreadRanks all of them; of more the first
  /// kFirstRanks, the first of each family, and about kSpreadRanks of the others, evenly spread.
  std::vector<ResultsRow> rows;
  std::size_t candidates = 0;  ///< in the file
  std::size_t lost = 0;        ///< of these, that have lost paths

  std::string best_schedule;                     ///< rank 1, a line of TOML
  SweepConfig config;                            ///< what was searched, and how; files as they were named
  KnownRanking known;                            ///< what the fit knows of the ranking
  std::optional<CertificateOnFile> certificate;  ///< after a race
  std::optional<SweepBands> bands;               ///< from bands.npy; statistics as in rows
  FitOnFile fit;                                 ///< what everything rests on
  Step block = 0;                                ///< steps of a block
  Performance performance;                       ///< what it took
  double total_seconds = 0;                      ///< with everything
  Provenance provenance;                         ///< where it is from
};

inline constexpr std::size_t kFirstRanks = 1000;   ///< rows that are kept of a long ranking, from its beginning
inline constexpr std::size_t kSpreadRanks = 2000;  ///< and about how many of its rest

}  // namespace losscast
