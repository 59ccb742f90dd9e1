/// \file
/// From what leaving runs out has shown to a judgement: what a fit may be used for.
#pragma once

#include <string>
#include <vector>

#include "losscast/fit/validation.hpp"

namespace losscast {

/// A regret below this is no one's fault: two runs of one recipe differ by as much. [nats]
inline constexpr double kRegretOfChance = 1e-3;

/// By more than this factor no band of 90% is too narrow by chance.
inline constexpr double kWidestScale = 2;

/// What one way of leaving runs out says of the fit.
struct GroupingTrust {
  Grouping grouping = Grouping::curve;  ///< what was left out
  /// False if the bands would have to be more than kWidestScale times as wide to hold 90% of the ends. Or if fewer than
  /// 70% of the ends lie in them, and bands that hold 90% would hold so few or fewer with a probability below 5%, the
  /// ends taken for independent.
  bool bands_hold = true;
  /// False if, over the choices among three or more recipes, the mean regret is above half of a blind pick's, and above
  /// kRegretOfChance. Choices among fewer say nothing.
  bool picks_well = true;
};

/// What all of them say.
struct Trust {
  bool trusted = true;                   ///< whether bands hold and picks are good wherever they were judged
  std::vector<GroupingTrust> groupings;  ///< as in Validation
  std::string sentence;                  ///< whether to trust the fit, and for what
};

/// The judgement. Precondition: there is a grouping.
Trust judge_trust(const Validation& validation);

/// The probability that at most `in_band` of `runs` ends lie in bands that hold 90% of them.
double probability_of_so_few(std::size_t in_band, std::size_t runs);

}  // namespace losscast
