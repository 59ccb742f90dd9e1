#include "sweep/candidate_order.hpp"

#include <algorithm>

namespace losscast {

CandidateOrder::CandidateOrder(const CandidateList& all, std::uint64_t seed, const std::vector<std::int64_t>& earlier) {
  const std::size_t families = all.space().families.size();
  const auto points_of = [&](const CandidateList& list, std::size_t family) {
    return (family + 1 < families ? list.first_number(family + 1) : list.size()) - list.first_number(family);
  };
  std::vector<std::int64_t> placed(families, 0);  // points of each family that have their place
  std::int64_t place = 0;
  const auto add = [&](const CandidateList& list) {
    for (std::size_t family = 0; family < families; ++family) {
      const std::int64_t points = points_of(list, family);
      if (points > placed[family]) runs_.push_back({place, all.first_number(family) + placed[family]});
      place += points - placed[family];
      placed[family] = points;
    }
  };
  for (const std::int64_t candidates : earlier) {
    SearchSpace space = all.space();
    space.candidates = candidates;
    add(CandidateList(std::move(space), seed));
  }
  add(all);
}

std::int64_t CandidateOrder::number(std::int64_t place) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), place,
                                      [](std::int64_t at, const Run& run) { return at < run.place; });
  const Run& run = *(after - 1);
  return run.number + place - run.place;
}

}  // namespace losscast
