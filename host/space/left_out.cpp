#include "losscast/space/left_out.hpp"

#include <algorithm>
#include <numeric>

namespace losscast {
namespace {

constexpr std::int64_t kAtOnce = 8192;

std::int64_t left_out_between(const CandidateList& candidates, std::int64_t first, std::int64_t end, int threads) {
  std::int64_t count = 0;
  std::vector<std::int64_t> numbers;
  for (std::int64_t begin = first; begin < end; begin += kAtOnce) {
    numbers.resize(static_cast<std::size_t>(std::min(kAtOnce, end - begin)));
    std::iota(numbers.begin(), numbers.end(), begin);
    for (const std::optional<Candidate>& one : candidates.make(numbers, threads)) count += one ? 0 : 1;
  }
  return count;
}

}  // namespace

std::vector<std::int64_t> left_out_by_constraints(const CandidateList& candidates, int threads) {
  const std::vector<FamilySpace>& families = candidates.space().families;
  std::vector<std::int64_t> counts(families.size());
  for (std::size_t f = 0; f < families.size(); ++f) {
    if (families[f].constraints.empty()) continue;
    const std::int64_t end = f + 1 < families.size() ? candidates.first_number(f + 1) : candidates.size();
    counts[f] = left_out_between(candidates, candidates.first_number(f), end, threads);
  }
  return counts;
}

}  // namespace losscast
