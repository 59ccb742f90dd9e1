// Where a coarse table looks at a recipe: three nodes in each of a few blocks.
#pragma once

#include <cmath>
#include <vector>

#include "losscast/model/reference.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// Nodes of a block of m updates, as offsets from its middle: -spread, 0, spread. With their weights, sums over the
// updates of polynomials of degree 5 are exact: Gauss's quadrature for sums.
struct Nodes {
  double spread, side_weight, middle_weight;

  explicit Nodes(double m) {
    const double second_moment = (m * m - 1) / 12;
    spread = m > 1 ? std::sqrt((3 * m * m - 7) / 20) : 0;
    side_weight = m > 1 ? m * second_moment / (2 * spread * spread) : 0;
    middle_weight = m - 2 * side_weight;
  }
  double sum(double before, double middle, double after) const {
    return side_weight * (before + after) + middle_weight * middle;
  }
};

// Edges of the blocks of all segments, `blocks_per_segment` of each at most, denser towards both ends of a segment. A
// segment ends where the LR's form does, or where weight decay or batch size change.
std::vector<Step> coarse_edges(const Recipe& recipe, int blocks_per_segment);

// The same, the LRs at the nodes of each block, and the highest of all strained LRs until its end. Precondition: no
// segment is a table.
struct CoarseNodes {
  std::vector<Step> edges;
  std::vector<double> lrs;    // [block][node]
  std::vector<double> peaks;  // [block], see strained_lr()
};
CoarseNodes coarse_nodes(const Recipe& recipe, const Reference& reference, int blocks_per_segment);

// Whether some LRs are given one by one, and have no values between.
bool has_table(const Schedule& schedule);

}  // namespace losscast
