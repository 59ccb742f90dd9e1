// A sweep computed in parts, each by an object of its own that knows nothing but bytes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "losscast/sweep/rounds.hpp"
#include "tests/race/parts.hpp"

namespace losscast::test {

// Makes rounds: from a state, or from the beginning.
using MakeRounds = std::function<std::unique_ptr<SweepRounds>(std::optional<std::string_view>)>;

// The bytes of all parts of the open round.
inline std::vector<std::string> computed_parts(const MakeRounds& make, const std::string& state, std::int64_t parts) {
  return in_parts(make(state)->open()->items, parts,
                  [&](std::int64_t first, std::int64_t count) { return make(state)->compute(first, count).bytes; });
}

inline std::vector<std::string_view> views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

// The state in which all rounds are over, each of which took so many seconds.
inline std::string state_after_all(const MakeRounds& make, std::int64_t parts, double seconds = 1) {
  std::string state = make({})->state();
  for (;;) {
    const auto rounds = make(state);
    if (!rounds->open()) return state;
    rounds->close(views(computed_parts(make, state, parts)), seconds);
    state = rounds->state();
  }
}

inline SweepResult run_in_parts(const MakeRounds& make, std::int64_t parts, double seconds = 1) {
  return make(state_after_all(make, parts, seconds))->finish();
}

}  // namespace losscast::test
