#include "fit/block_edges.hpp"

#include <algorithm>
#include <cmath>

namespace losscast {
namespace {

// Up to which updates a run is cut alike everywhere, with blocks of so many. Errors go by the square of the length.
constexpr Step kLongRun = 32'000, kUsual = 32;

// Grows blocks, some updates at a time, while the law is smooth in them.
class Growth {
 public:
  Growth(const BlockPlan& plan, Step end)
      : plan_(plan),
        decay_(weight_decay_of(plan.recipe, plan.weight_decay)),
        times_(static_cast<double>(plan.longest) / kUsual),
        longest_(plan.longest * end / kLongRun),
        peak_(plan.recipe.peak_lr()) {}

  // Edges from begin, which is there already, to end. No border is between.
  void add(Step begin, Step end, bool at_border, std::vector<Step>& edges) {
    if (at_border) relaxed_ = 0;
    Piece block;
    for (Step at = begin; at < end;) {
      const Step next = std::min(end, at + plan_.longest);
      const Piece piece = look_at(at, next);
      if (block.count > 0 && !is_smooth(block + piece, at - block.count)) {
        edges.push_back(at);
        relaxed_ += block.pull;
        block = {};
      }
      block = block + piece;
      at = next;
    }
    relaxed_ += block.pull;
    edges.push_back(end);
  }

 private:
  // Updates, the range of their LRs, and by how much the norm relaxes.
  struct Piece {
    Step count = 0;
    double lowest = 0, highest = 0, pull = 0;
  };
  friend Piece operator+(const Piece& a, const Piece& b) {
    if (a.count == 0) return b;
    return {a.count + b.count, std::min(a.lowest, b.lowest), std::max(a.highest, b.highest), a.pull + b.pull};
  }

  Piece look_at(Step begin, Step end) {
    lrs_.resize(static_cast<std::size_t>(end - begin));
    plan_.recipe.schedule.fill(begin, lrs_);
    const auto [lowest, highest] = std::minmax_element(lrs_.begin(), lrs_.end());
    double sum = 0;
    for (const double lr : lrs_) sum += lr;
    return {end - begin, *lowest, *highest, 2 * decay_.at(begin) * sum};
  }

  // Of blocks of the usual length.
  static constexpr double kMove = 2e-3;      // by how much the LR may move, of its peak
  static constexpr double kBend = 1e-2;      // and the norm between its ends, of itself
  static constexpr double kOfBefore = 0.01;  // how long it may be, of what came before: early on the law bends

  bool is_smooth(const Piece& block, Step begin) const {
    const auto count = static_cast<double>(block.count);
    if (block.count > longest_ || count > times_ * kOfBefore * static_cast<double>(begin)) return false;
    if (block.highest - block.lowest > times_ * kMove * peak_) return false;
    return !plan_.has_norm || block.pull * std::exp(-relaxed_ / 2) <= times_ * kBend;
  }

  const BlockPlan& plan_;
  StepValues decay_;
  double times_;  // the usual length
  Step longest_;
  double peak_;
  double relaxed_ = 0;  // of the norm, since the last border
  std::vector<double> lrs_;
};

void add_equal(Step begin, Step end, Step longest, std::vector<Step>& edges) {
  const Step length = end - begin, parts = (length + longest - 1) / longest;
  for (Step part = 1; part <= parts; ++part) edges.push_back(begin + length * part / parts);
}

}  // namespace

std::vector<Step> block_edges(const BlockPlan& plan, std::span<const Step> steps) {
  const std::vector<Step> of_recipe = breakpoints(plan.recipe);
  std::vector<Step> borders = of_recipe;
  std::erase_if(borders, [&](Step border) { return border >= steps.back(); });
  borders.insert(borders.end(), steps.begin(), steps.end());
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());

  std::vector<Step> edges = {0};
  const bool grow = steps.back() > kLongRun;
  Growth growth(plan, steps.back());
  for (std::size_t i = 1; i < borders.size(); ++i) {
    if (grow)
      growth.add(borders[i - 1], borders[i], std::binary_search(of_recipe.begin(), of_recipe.end(), borders[i - 1]),
                 edges);
    else
      add_equal(borders[i - 1], borders[i], plan.longest, edges);
  }
  return edges;
}

}  // namespace losscast
