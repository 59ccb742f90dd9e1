/// \file
/// A search round by round. The candidates of a round may be compared in parts, by any number of processes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "losscast/engine/execution.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/race/best_of_draws.hpp"
#include "losscast/race/race_rounds.hpp"
#include "losscast/race/search_result.hpp"
#include "losscast/space/candidates.hpp"

namespace losscast {

/// A search between two rounds: all that the rest of it depends on beside its candidates, law and options.
struct SearchState {
  double delta = 0;            ///< [nats]
  std::string delta_source;    ///< in words
  int blocks_per_segment = 0;  ///< of every schedule, in which a value is computed
  double unit_error = 0;       ///< see SearchResult [nats]
  RaceState race;              ///< the race of the search
  BestOfDraws best_of_draws;   ///< after the first round, where values are exact; else empty
  Performance performance;     ///< what all evaluations took; the processor plays no part
};

/// What some consecutive candidates of a round have come to.
struct SearchPart {
  RacePart race;              ///< beside the leader
  BestOfDraws best_of_draws;  ///< of the first round, where values are exact; else empty
  Performance performance;    ///< what the evaluations took; the processor plays no part
};

/// A search in progress; search() says how it goes. What it comes to does not depend on how its rounds are cut into
/// parts. One thread may use an object at a time; several objects that were made of the same state may compute parts
/// side by side.
class SearchRounds {
 public:
  /// Finds delta and the blocks that resolve it, seeks the first leader, and opens the first round; or goes on from the
  /// state of a search of the same candidates, law and options, of which stop rules may differ. Candidates, law and
  /// observer must outlive the object. Throws InputError as search() does, and if no such search can be in this state.
  SearchRounds(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
               const Execution& execution, SearchObserver& observer, std::optional<SearchState> state = {});
  /// Frees what values are computed by.
  ~SearchRounds();

  SearchState state() const;        ///< where the search is
  bool is_over() const;             ///< whether no round is open
  std::string round_name() const;   ///< of the open round, such as "round 2: 128 draws"
  std::int64_t field_size() const;  ///< candidates of the open round
  double seconds_ahead() const;     ///< that these will take here, about; 0 if unknown
  /// Size of SearchPart::best_of_draws, at most: draws, and candidates of each; nothing where it stays empty.
  std::pair<std::int64_t, std::int64_t> rivals_of_part() const;
  double lowest_loss(const SearchPart& part) const;  ///< lowest objective in a part of the open round [nats], or NaN

  /// Compares candidates with the round's leader: those at positions first ... first + count - 1 of its field. Says
  /// nothing to the observer. Precondition: the field has these positions.
  SearchPart compare(std::int64_t first, std::int64_t count);

  /// Ends the open round, and opens the next one if there is one. `parts` cover the field, in its order; `seconds` is
  /// how long they took all together. Throws InputError if they are no such parts, and if every candidate that is left
  /// has lost paths. Precondition: a round is open.
  void close(std::span<const SearchPart> parts, double seconds);

  /// Certifies the winner: what search() returns. The same however often it is called. Precondition: no round is open.
  SearchResult result();

 private:
  class Search;
  std::unique_ptr<Search> search_;
};

}  // namespace losscast
