#include "fit/junk_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "fit/median.hpp"

namespace losscast {
namespace {

constexpr std::size_t kFewestRows = 8;  // in which neighbours can be told from odd rows
constexpr std::size_t kNeighbours = 5;  // on each side of what is judged
constexpr double kMadToSd = 1.4826;
// How far from their neighbours rows must be: in fast noise, and at least. Rows of public runs lie within 24e-3 nats
// and 20 times the noise, as it is not the same along a run (docs/reproduce.md). [1], [nats]
constexpr double kFarInNoise = 8, kFar = 0.03;
constexpr double kSpike = 0.05;         // how far a spike goes at least [nats]
constexpr double kTail = 0.2;           // a diverged tail
constexpr double kInNoise = 3;          // up to which a spike or tail, once found, is followed
constexpr double kMostOfRun = 1.0 / 3;  // that a tail may be

// The rows of one curve, and which of them are junk so far.
class Rows {
 public:
  Rows(std::span<const double> losses, std::span<const double> residuals)
      : losses_(losses), residuals_(residuals), junk_(residuals.size(), false) {}

  std::vector<JunkRows> find() {
    constexpr int kPasses = 6;
    for (int pass = 0; pass < kPasses; ++pass) {
      const std::vector<bool> before = junk_;
      look();
      if (junk_ == before) break;
    }
    return found_;
  }

 private:
  std::size_t size() const { return residuals_.size(); }

  // All junk anew, the noise and the level being those of the rows that were none so far.
  void look() {
    noise_ = noise();
    far_ = std::max(kFarInNoise * noise_, kFar);
    const std::vector<double> levels = running_levels();
    found_.clear();
    std::vector<bool> far(size());
    for (std::size_t i = 0; i < size(); ++i) far[i] = std::abs(residuals_[i] - levels[i]) > far_;
    junk_ = far;  // neighbours are never taken from among them
    const std::size_t end = add_tail();
    add_stuck(end, far);
    for (std::size_t i = 0; i < end; ++i) {
      if (!far[i]) continue;
      std::size_t last = i;
      while (last + 1 < end && far[last + 1]) ++last;
      if (const auto rows = judge(i, last)) found_.push_back(*rows);
      i = last;
    }
    std::sort(found_.begin(), found_.end(), [](const JunkRows& a, const JunkRows& b) { return a.first < b.first; });
    junk_.assign(size(), false);
    for (const JunkRows& rows : found_)
      for (std::size_t i = rows.first; i <= rows.last; ++i) junk_[i] = true;
  }

  // From first differences: of a log with a fifth of junk, most are still free of it.
  double noise() const {
    std::vector<double> sizes;
    std::optional<double> before;
    for (std::size_t i = 0; i < size(); ++i) {
      if (junk_[i]) continue;
      if (before) sizes.push_back(std::abs(residuals_[i] - *before));
      before = residuals_[i];
    }
    return sizes.empty() ? 0 : kMadToSd * median_of(std::move(sizes)) / std::sqrt(2.0);
  }

  // The median of the rows around each one: of half the curve, so that a spike of a fifth of it does not move it.
  std::vector<double> running_levels() const {
    const std::size_t half = std::clamp<std::size_t>(size() / 4, kNeighbours, 200);
    std::vector<double> levels(size()), around;
    for (std::size_t i = 0; i < size(); ++i) {
      around.clear();
      for (std::size_t j = i - std::min(i, half); j <= std::min(size() - 1, i + half); ++j)
        if (!junk_[j]) around.push_back(residuals_[j]);
      levels[i] = around.empty() ? residuals_[i] : median_of(around);
    }
    return levels;
  }

  // The level of the good rows next to a place, on one side; none at the curve's end.
  std::optional<double> level_before(std::size_t place) const {
    std::vector<double> near;
    for (std::size_t i = place; i > 0 && near.size() < kNeighbours; --i)
      if (!junk_[i - 1]) near.push_back(residuals_[i - 1]);
    return near.empty() ? std::nullopt : std::optional(median_of(std::move(near)));
  }
  std::optional<double> level_after(std::size_t place) const {
    std::vector<double> near;
    for (std::size_t i = place + 1; i < size() && near.size() < kNeighbours; ++i)
      if (!junk_[i]) near.push_back(residuals_[i]);
    return near.empty() ? std::nullopt : std::optional(median_of(std::move(near)));
  }

  // How far a row lies beyond both levels, with its sign; 0 between them.
  double beyond(std::size_t row, double before, double after) const {
    const double over = residuals_[row] - std::max(before, after), under = residuals_[row] - std::min(before, after);
    return over > 0 ? over : std::min(under, 0.0);
  }

  // Rows in a row that lie far off.
  std::optional<JunkRows> judge(std::size_t first, std::size_t last) {
    const std::optional<double> before = level_before(first), after = level_after(last);
    if (!before) return {};  // the first rows of a run come down to its law from far away
    if (!after) return judge_at_end(first, last, *before);
    JunkRows rows{DisownedKind::junk, first, last, 0};
    std::size_t farthest = first;
    for (std::size_t i = first; i <= last; ++i)
      if (std::abs(beyond(i, *before, *after)) > std::abs(beyond(farthest, *before, *after))) farthest = i;
    rows.size = beyond(farthest, *before, *after);
    const double size = std::abs(rows.size);
    constexpr std::size_t kFew = 2;
    if (last - first < kFew) return size > far_ ? std::optional(rows) : std::nullopt;
    const bool comes_back = std::abs(*after - *before) <= std::max(far_, size / 4);
    if (!comes_back || size < std::max(kSpike, far_) || !is_abrupt(rows)) return {};
    if (same_sign(rows, *before, *after)) {
      rows.kind = DisownedKind::spike;
      follow(rows, *before, *after);
    }
    return rows;
  }

  // Whether half of the way to the farthest row is gone from one row to the next, among the first few of them or the
  // last. Misfit is not.
  bool is_abrupt(const JunkRows& rows) const {
    constexpr std::size_t kFast = 3;
    const auto is_step = [&](std::size_t row) {
      return std::abs(residuals_[row] - residuals_[row - 1]) >= std::abs(rows.size) / 2;
    };
    for (std::size_t k = 0; k < kFast && rows.first + k <= rows.last; ++k)
      if (is_step(rows.first + k) || is_step(rows.last + 1 - k)) return true;
    return false;
  }

  bool same_sign(const JunkRows& rows, double before, double after) const {
    for (std::size_t i = rows.first; i <= rows.last; ++i)
      if (beyond(i, before, after) * rows.size < 0) return false;
    return true;
  }

  // Takes the rows on both sides, too, where the spike rises and falls.
  void follow(JunkRows& rows, double before, double after) const {
    const auto belongs = [&](std::size_t row) {
      return beyond(row, before, after) * (rows.size > 0 ? 1 : -1) > kInNoise * noise_;
    };
    while (rows.first > 0 && belongs(rows.first - 1)) --rows.first;
    while (rows.last + 1 < size() && belongs(rows.last + 1)) ++rows.last;
  }

  // With neighbours on one side only a step cannot be told from junk, but for one or two rows far away.
  std::optional<JunkRows> judge_at_end(std::size_t first, std::size_t last, double level) const {
    constexpr double kFarAtEnd = 0.1;  // [nats]
    const JunkRows rows{DisownedKind::junk, first, last, residuals_[last] - level};
    const bool far = last - first < 2 && std::abs(rows.size) > std::max(kFarAtEnd, far_);
    return far ? std::optional(rows) : std::nullopt;
  }

  // A tail that has left the curve, if there is one; returns where it begins, or else the end.
  std::size_t add_tail() {
    const double level = median_of(std::vector<double>(residuals_.begin(), residuals_.end()));
    const double end = median_of(std::vector<double>(residuals_.end() - 3, residuals_.end())) - level;
    if (std::abs(end) < std::max(kTail, far_)) return size();
    JunkRows tail{DisownedKind::tail, size(), size() - 1, end};
    const auto belongs = [&](std::size_t row) {
      return (residuals_[row] - level) * (end > 0 ? 1 : -1) > std::max(kFar / 3, kInNoise * noise_);
    };
    while (tail.first > 0 && belongs(tail.first - 1)) --tail.first;
    const auto rows = static_cast<double>(size() - tail.first);
    if (rows < 3 || rows > kMostOfRun * static_cast<double>(size())) return size();
    for (std::size_t i = tail.first; i < size(); ++i)
      if (std::abs(residuals_[i] - level) > std::abs(tail.size)) tail.size = residuals_[i] - level;
    std::fill(junk_.begin() + static_cast<std::ptrdiff_t>(tail.first), junk_.end(), true);
    found_.push_back(tail);
    return tail.first;
  }

  // Equal losses in a row, so many that noise and rounding would not give them once in 1e4 curves. The first is good.
  void add_stuck(std::size_t end, std::vector<bool>& far) {
    const double rounding = smallest_difference();
    const double by_chance = rounding / (2 * std::sqrt(std::acos(-1.0)) * noise_);
    if (!(by_chance > 0 && by_chance < 1)) return;
    const double most = (std::log(static_cast<double>(size())) + std::log(1e4)) / -std::log(by_chance);
    for (std::size_t i = 0; i + 1 < end; ++i) {
      std::size_t last = i;
      while (last + 1 < end && losses_[last + 1] == losses_[i]) ++last;
      if (static_cast<double>(last - i) > most && last - i >= 3) {
        found_.push_back({DisownedKind::stuck, i + 1, last, residuals_[last] - residuals_[i]});
        for (std::size_t row = i + 1; row <= last; ++row) {
          far[row] = false;
          junk_[row] = true;
        }
      }
      i = last;
    }
  }

  // Between two losses that differ: what they are rounded to, where they are.
  double smallest_difference() const {
    std::vector<double> sorted(losses_.begin(), losses_.end());
    std::sort(sorted.begin(), sorted.end());
    double smallest = 0;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      const double difference = sorted[i] - sorted[i - 1];
      if (difference > 1e-12 && (smallest == 0 || difference < smallest)) smallest = difference;
    }
    return smallest;
  }

  std::span<const double> losses_, residuals_;
  std::vector<bool> junk_;
  std::vector<JunkRows> found_;
  double noise_ = 0, far_ = 0;
};

}  // namespace

double fast_noise(std::span<const double> residuals) {
  std::vector<double> sizes;
  for (std::size_t i = 0; i + 3 < residuals.size(); ++i)
    sizes.push_back(std::abs(residuals[i + 3] - 3 * residuals[i + 2] + 3 * residuals[i + 1] - residuals[i]));
  return sizes.empty() ? 0 : kMadToSd * median_of(std::move(sizes)) / std::sqrt(20.0);
}

std::vector<JunkRows> find_junk(std::span<const double> losses, std::span<const double> residuals) {
  if (residuals.size() < kFewestRows) return {};
  return Rows(losses, residuals).find();
}

}  // namespace losscast
