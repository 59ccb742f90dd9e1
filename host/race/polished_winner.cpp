#include "race/polished_winner.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>

#include "losscast/engine/statistics.hpp"
#include "losscast/optimum/polish.hpp"

namespace losscast {

std::optional<PolishedWinner> polish_winner(const CandidateList& candidates, ExactMeans& means, std::int64_t winner) {
  const Candidate start = std::move(*candidates.make({&winner, 1}).front());
  std::vector<Axis> axes;
  std::ranges::copy_if(candidates.space().families[start.family].axes, std::back_inserter(axes), [](const Axis& axis) {
    return axis.kind == Axis::Kind::linear || axis.kind == Axis::Kind::log;
  });
  if (axes.empty()) return std::nullopt;

  std::vector<float> values(static_cast<std::size_t>(means.units()));
  const auto mean = [&](const Recipe& recipe) {
    means.evaluate({&recipe, 1}, 0, means.units(), values);
    if (std::any_of(values.begin(), values.end(), is_lost)) return std::numeric_limits<double>::infinity();
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  };
  PolishRules rules;
  rules.allowed = [&](const Arguments& arguments) { return candidates.allows(start.family, arguments); };
  Polished polished = polish(start.arguments, axes, mean, rules);
  const double gain = mean(start.recipe) - polished.value;
  if (!(gain > 0)) return std::nullopt;
  return PolishedWinner{std::move(polished.arguments), gain};
}

}  // namespace losscast
