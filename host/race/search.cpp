#include "losscast/race/search.hpp"

#include "base/stopwatch.hpp"
#include "losscast/race/search_rounds.hpp"

namespace losscast {

SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution, SearchObserver& observer) {
  SearchRounds rounds(candidates, sde, options, execution, observer);
  while (!rounds.is_over()) {
    const Stopwatch watch;
    const SearchPart all = rounds.compare(0, rounds.field_size());
    rounds.close({&all, 1}, watch.seconds());
  }
  return rounds.result();
}

SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution) {
  SearchObserver nobody;
  return search(candidates, sde, options, execution, nobody);
}

}  // namespace losscast
