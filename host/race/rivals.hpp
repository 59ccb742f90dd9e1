// The rivals: candidates that are among the best for some parameter draw. They are kept while all candidates are seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "losscast/race/best_of_draws.hpp"

namespace losscast {

class Rivals {
 public:
  Rivals(std::size_t draws, std::size_t kept) : kept_(kept), best_(draws) {}

  // Takes the values [candidate][draw] of some candidates [nats]. A value that is NaN or infinite makes no rival.
  void see(std::span<const std::int64_t> numbers, std::span<const float> values);

  // Takes the best of each draw among other candidates.
  void add(const BestOfDraws& others);

  // The best of a draw: (value, number), lowest first, ties by number.
  using Best = BestOfDraws::value_type;
  Best of_draw(std::size_t draw) const;
  std::size_t draws() const { return best_.size(); }
  BestOfDraws of_draws() const;

  // The numbers of all rivals, ascending, each once.
  std::vector<std::int64_t> numbers() const;

 private:
  void add(Best& best, const Best::value_type& one) const;

  std::size_t kept_;
  BestOfDraws best_;  // heaps with the worst on top
};

}  // namespace losscast
