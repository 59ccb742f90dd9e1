#include "engine/jump_sum.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/math/elementary.hpp"

namespace losscast {
namespace {

constexpr int kNodesOfOctave = 64;  // up to the largest mean, by whose 64th part nodes differ beyond it
constexpr int kOctaves = 24;        // between the largest mean and the lowest node
constexpr int kGroups = 128;        // of blocks whose jumps leave nearly the same

// Blocks of similar means, with their common mean.
struct Group {
  double mean = 0;            // that keeps the mean of Z [nats]
  std::vector<double> count;  // probability of 0, 1, 2, ... jumps
};

// Adds a block to the law of the number of jumps; what is less likely than 1e-15 is left out.
void add_block(std::vector<double>& count, double probability) {
  count.push_back(0);
  for (std::size_t n = count.size(); n-- > 0;)
    count[n] = (1 - probability) * count[n] + (n > 0 ? probability * count[n - 1] : 0);
  constexpr double kNever = 1e-15;
  if (count.size() > 1 && count.back() < kNever) count.pop_back();
}

// Groups are of equal width in the root of the mean: narrow, as measured by it, where jumps leave much (1.6% at the
// largest mean), and wide where they leave little.
std::vector<Group> make_groups(const std::vector<JumpBlock>& blocks, double largest) {
  std::vector<Group> groups(kGroups, Group{0, {1.0}});
  std::vector<double> expected(kGroups, 0.0);
  for (const JumpBlock& block : blocks) {
    const auto at = static_cast<std::size_t>(std::min(kGroups * std::sqrt(block.mean / largest), kGroups - 1.0));
    add_block(groups[at].count, block.probability);
    groups[at].mean += block.probability * block.mean;
    expected[at] += block.probability;
  }
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (expected[i] > 0) groups[i].mean /= expected[i];
  std::erase_if(groups, [](const Group& group) { return group.count.size() < 2; });
  return groups;
}

// Z plus an exponential of one mean m: its distribution H obeys m H' = F - H, which is solved exactly from node to node
// for an F that is linear between them.
class AddExponential {
 public:
  AddExponential(const std::vector<double>& nodes, double mean) {
    double last = 0;
    for (std::size_t k = 0; k + 1 < nodes.size(); ++k) {
      const double distance = nodes[k + 1] - nodes[k];
      weights_.push_back(distance == last ? weights_.back() : weights_of(distance / mean));
      last = distance;
    }
  }

  void apply(std::vector<double>& distribution) const {
    double before = distribution.front(), sum = 0;
    distribution.front() = 0;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
      const double after = distribution[k + 1];
      sum = weights_[k].kept * sum + weights_[k].from * before + weights_[k].to * after;
      distribution[k + 1] = sum;
      before = after;
    }
  }

 private:
  struct Weights {
    double kept, from, to;
  };

  // Of the slope's weight 1 - (1 - exp(-x)) / x little is left for small x: there both come from their series, and
  // where nothing else is left, from their limits.
  static Weights weights_of(double x) {
    constexpr double kSmall = 0x1p-7, kLarge = 40;
    if (x > kLarge) return {0, 1 / x, 1 - 1 / x};
    const double left = x < kSmall ? x * (1 - x * (0.5 - x * (1.0 / 6 - x * (1.0 / 24 - x / 120)))) : -math::expm1(-x);
    const double slope = x < kSmall ? x * (0.5 - x * (1.0 / 6 - x * (1.0 / 24 - x / 120))) : 1 - left / x;
    return {1 - left, left - slope, slope};
  }

  std::vector<Weights> weights_;  // of each interval
};

std::vector<double> make_nodes(double largest, double reach) {
  std::vector<double> nodes = {0.0};
  const double ratio = math::exp(math::log(2.0) / kNodesOfOctave);
  double lowest = std::ldexp(largest, -kOctaves);
  for (int octave = 0; octave < kOctaves; ++octave, lowest *= 2) {
    double node = lowest;
    for (int i = 0; i < kNodesOfOctave; ++i, node *= ratio) nodes.push_back(node);
  }
  const double distance = largest / kNodesOfOctave;
  for (double node = largest; nodes.back() < reach; node += distance) nodes.push_back(node);
  return nodes;
}

}  // namespace

JumpSum::JumpSum(const std::vector<JumpBlock>& blocks)
    : mean_(expectation(blocks)), variance_(losscast::variance(blocks)) {
  double largest = 0;
  for (const JumpBlock& block : blocks) largest = std::max(largest, block.mean);
  nodes_ = {0.0};
  below_ = {1.0};
  excess_ = {0.0};
  if (!(mean_ > 0)) return;
  // Beyond that lies less than 1e-6 of the law.
  constexpr double kDeviations = 5, kMeans = 16;
  nodes_ = make_nodes(largest, mean_ + kDeviations * std::sqrt(variance_) + kMeans * largest);
  below_.assign(nodes_.size(), 1.0);
  for (const Group& group : make_groups(blocks, largest)) {
    const AddExponential add(nodes_, group.mean);
    std::vector<double> with_jumps = below_;  // with 0, 1, 2, ... jumps of this group
    for (double& one : below_) one *= group.count.front();
    for (std::size_t n = 1; n < group.count.size(); ++n) {
      add.apply(with_jumps);
      for (std::size_t k = 0; k < below_.size(); ++k) below_[k] += group.count[n] * with_jumps[k];
    }
  }
  take_integrals();
  // Functions that are linear between nodes lie below the true ones, which makes Z a little too large.
  for (double& node : nodes_) node *= mean_ / excess_.front();
  take_integrals();
}

void JumpSum::take_integrals() {
  excess_.assign(nodes_.size(), 0.0);
  for (std::size_t k = nodes_.size() - 1; k-- > 0;)
    excess_[k] = excess_[k + 1] + (nodes_[k + 1] - nodes_[k]) * (1 - (below_[k] + below_[k + 1]) / 2);
}

std::size_t JumpSum::node_below(double a) const {
  return static_cast<std::size_t>(std::upper_bound(nodes_.begin(), nodes_.end(), a) - nodes_.begin()) - 1;
}

double JumpSum::distribution_above(std::size_t k, double a) const {
  if (k + 1 == nodes_.size()) return 1;
  return below_[k] + (below_[k + 1] - below_[k]) * (a - nodes_[k]) / (nodes_[k + 1] - nodes_[k]);
}

double JumpSum::distribution(double a) const { return a < 0 ? 0 : distribution_above(node_below(a), a); }

double JumpSum::sum_of_distributions(std::span<const float> ascending, double y) const {
  double sum = 0;
  std::size_t k = nodes_.size() - 1;
  for (const float loss : ascending) {
    const double a = y - static_cast<double>(loss);
    if (a < 0) break;
    while (nodes_[k] > a) --k;
    sum += distribution_above(k, a);
  }
  return sum;
}

double JumpSum::excess(double a) const {
  if (a < 0) return excess_.front() - a;
  const std::size_t k = node_below(a);
  if (k + 1 == nodes_.size()) return 0;
  const double rest = nodes_[k + 1] - a;
  return excess_[k + 1] + rest * (1 - (distribution(a) + below_[k + 1]) / 2);
}

}  // namespace losscast
