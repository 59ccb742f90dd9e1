// The words of a sweep file for what its data structures enumerate.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "losscast/sweep/config.hpp"

namespace losscast {

template <typename Enumerator>
using Word = std::pair<std::string_view, Enumerator>;

inline constexpr std::array<Word<SearchMethod>, 3> kSearchMethods = {{
    {"grid", SearchMethod::grid},
    {"random", SearchMethod::random},
    {"sobol", SearchMethod::sobol},
}};

// What method may say: one of these, or a race, which has none of its own.
inline constexpr std::array<Word<std::optional<SearchMethod>>, 4> kMethods = {{
    {"race", std::nullopt},
    {"grid", SearchMethod::grid},
    {"random", SearchMethod::random},
    {"sobol", SearchMethod::sobol},
}};

inline constexpr std::array<Word<BandsConfig::Candidates>, 3> kBandsCandidates = {{
    {"finalists", BandsConfig::Candidates::finalists},
    {"all", BandsConfig::Candidates::all},
    {"none", BandsConfig::Candidates::none},
}};

inline constexpr std::array<Word<std::optional<double> Limits::*>, 2> kLimits = {{
    {"p_spike", &Limits::spike_probability},
    {"p_diverge", &Limits::divergence_probability},
}};

// A choice has no word: it is a list.
inline constexpr std::array<Word<Axis::Kind>, 3> kRanges = {{
    {"linear", Axis::Kind::linear},
    {"log", Axis::Kind::log},
    {"integer", Axis::Kind::integer},
}};

// The word for an enumerator that is in the table.
template <typename Enumerator, std::size_t N>
constexpr std::string_view word_for(const std::array<Word<Enumerator>, N>& table, Enumerator enumerator) {
  std::size_t i = 0;
  while (table[i].second != enumerator) ++i;
  return table[i].first;
}

// The entry of that word; null if there is none.
template <typename Enumerator, std::size_t N>
constexpr const Word<Enumerator>* find_word(const std::array<Word<Enumerator>, N>& table, std::string_view word) {
  for (const auto& entry : table)
    if (entry.first == word) return &entry;
  return nullptr;
}

}  // namespace losscast
