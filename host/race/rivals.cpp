#include "race/rivals.hpp"

#include <algorithm>
#include <cmath>

namespace losscast {

void Rivals::add(Best& best, const Best::value_type& one) const {
  if (!std::isfinite(one.first)) return;
  if (best.size() == kept_) {
    if (one >= best.front()) return;
    std::pop_heap(best.begin(), best.end());
    best.pop_back();
  }
  best.push_back(one);
  std::push_heap(best.begin(), best.end());
}

void Rivals::see(std::span<const std::int64_t> numbers, std::span<const float> values) {
  for (std::size_t i = 0; i < numbers.size(); ++i)
    for (std::size_t d = 0; d < best_.size(); ++d) add(best_[d], {values[i * best_.size() + d], numbers[i]});
}

void Rivals::add(const BestOfDraws& others) {
  for (std::size_t d = 0; d < best_.size(); ++d)
    for (const auto& one : others[d]) add(best_[d], one);
}

Rivals::Best Rivals::of_draw(std::size_t draw) const {
  Best sorted = best_[draw];
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

BestOfDraws Rivals::of_draws() const {
  BestOfDraws sorted;
  for (std::size_t d = 0; d < best_.size(); ++d) sorted.push_back(of_draw(d));
  return sorted;
}

std::vector<std::int64_t> Rivals::numbers() const {
  std::vector<std::int64_t> all;
  for (const Best& best : best_)
    for (const auto& [value, number] : best) all.push_back(number);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace losscast
