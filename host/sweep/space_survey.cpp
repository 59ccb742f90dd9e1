#include "sweep/space_survey.hpp"

#include <algorithm>
#include <numeric>

#include "engine/block_length.hpp"

namespace losscast {
namespace {

constexpr std::int64_t kAtOnce = 8192;

std::vector<std::int64_t> numbers_of(const CandidateList& candidates, std::int64_t part) {
  const std::int64_t first = part * kAtOnce;
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(std::min(kAtOnce, candidates.size() - first)));
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

// The recipe that has most of something, the first of those that are equal.
struct Extreme {
  double (*size)(const Recipe&);
  double most = 0;
  std::optional<Recipe> recipe = {};

  void look_at(const Recipe& one) {
    const double here = size(one);
    if (recipe && !(here > most)) return;
    most = here;
    recipe = one;
  }
};

}  // namespace

SpaceSurvey survey_space(const CandidateList& candidates, int threads) {
  const std::int64_t parts = (candidates.size() + kAtOnce - 1) / kAtOnce;
  Extreme extremes[] = {{[](const Recipe& one) { return static_cast<double>(one.total_steps()); }},
                        {[](const Recipe& one) { return one.peak_lr(); }},
                        {steepest_fall}};
  SpaceSurvey survey;
  std::vector<std::int64_t> until;  // how many exist up to the end of each part
  for (std::int64_t part = 0; part < parts; ++part) {
    for (const std::optional<Candidate>& one : candidates.make(numbers_of(candidates, part), threads)) {
      if (!one) continue;
      ++survey.candidates;
      for (Extreme& extreme : extremes) extreme.look_at(one->recipe);
    }
    until.push_back(survey.candidates);
  }
  if (survey.candidates == 0) throw_no_candidate(candidates.space());

  const std::int64_t count = std::min<std::int64_t>(survey.candidates, kCheckedSchedules);
  std::int64_t made = -1;
  std::vector<std::optional<Candidate>> part_made;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t wanted = i * survey.candidates / count;  // of those that exist, from 0
    const auto part = std::upper_bound(until.begin(), until.end(), wanted) - until.begin();
    if (part != made) part_made = candidates.make(numbers_of(candidates, made = part), threads);
    std::int64_t before = part == 0 ? 0 : until[static_cast<std::size_t>(part) - 1];
    const auto found = std::find_if(part_made.begin(), part_made.end(),
                                    [&](const std::optional<Candidate>& one) { return one && before++ == wanted; });
    survey.examples.push_back((*found)->recipe);
  }
  for (Extreme& extreme : extremes) survey.examples.push_back(std::move(*extreme.recipe));
  return survey;
}

}  // namespace losscast
