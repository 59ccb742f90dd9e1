#include "losscast/text/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace losscast {

namespace {

constexpr std::size_t kLettersPerSlip = 3;
constexpr std::size_t kShortestBeginning = 3;  // a shorter one says too little about the word that was meant

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return lower;
}

// Optimal string alignment distance. Three rows of the usual table suffice: a swap looks back two.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

bool one_begins_with_the_other(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  return shorter >= kShortestBeginning && a.substr(0, shorter) == b.substr(0, shorter);
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  const std::string wanted = lower_case(word);
  std::string best;
  std::size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    const std::string known = lower_case(candidate);
    const std::size_t apart = distance(wanted, known);
    const std::size_t slips_allowed = std::max<std::size_t>(1, std::max(wanted.size(), known.size()) / kLettersPerSlip);
    const bool close = apart <= slips_allowed || one_begins_with_the_other(wanted, known);
    if (close && (best.empty() || apart < best_distance)) {
      best = candidate;
      best_distance = apart;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates, std::string_view otherwise,
                       Quotes quotes) {
  const std::string near = nearest(word, candidates);
  if (near.empty()) return std::string(otherwise);
  const std::string_view mark = quotes == Quotes::around ? "\"" : "";
  return fmt::format("Did you mean {}{}{}?", mark, near, mark);
}

}  // namespace losscast
