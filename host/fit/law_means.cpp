#include "fit/law_means.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace losscast {
namespace {

// The steps c < s <= e, and how far c is past the last border.
struct Part {
  Step after, until, distance;
};

// A sum over steps of a part.
struct Moments {
  double weight = 0, centre = 0, variance = 0;  // of the steps' places
  bool single_steps = true;                     // each range is one step
  std::size_t ranges = 0;
};

StepRange clipped(const StepRange& range, const Part& part) {
  return {std::max(range.after, part.after), std::min(range.until, part.until)};
}

// Calls visit(range, weight) for what lies within a part.
template <class Visit>
void visit_ranges(const MeanOf& mean, const Part& part, const Visit& visit) {
  const double each = 1 / static_cast<double>(mean.size());
  for (const StepRange& range : mean) {
    const StepRange inside = clipped(range, part);
    if (inside.after >= inside.until) continue;
    visit(inside,
          each * static_cast<double>(inside.until - inside.after) / static_cast<double>(range.until - range.after));
  }
}

// The mean of the steps in a range.
double centre_of(const StepRange& range) { return 0.5 * static_cast<double>(range.after + 1 + range.until); }

Moments moments_of(const MeanOf& mean, const Part& part) {
  Moments out;
  visit_ranges(mean, part, [&](const StepRange& range, double weight) {
    out.weight += weight;
    out.centre += weight * (centre_of(range) - static_cast<double>(part.after));
    out.single_steps = out.single_steps && range.until - range.after == 1;
    ++out.ranges;
  });
  if (out.weight == 0) return out;
  out.centre = static_cast<double>(part.after) + out.centre / out.weight;
  visit_ranges(mean, part, [&](const StepRange& range, double weight) {
    const double off = centre_of(range) - out.centre, length = static_cast<double>(range.until - range.after);
    out.variance += weight * (off * off + (length * length - 1) / 12) / out.weight;
  });
  return out;
}

class Quadrature {
 public:
  explicit Quadrature(std::span<const Step> borders) : borders_(borders) {}

  // Terms with steps in place of places.
  const std::vector<std::pair<Step, double>>& terms_of(const MeanOf& mean) {
    terms_.clear();
    Step at = mean.front().after, last = 0;
    for (const StepRange& range : mean) {
      at = std::min(at, range.after);
      last = std::max(last, range.until);
    }
    while (at < last) {
      const auto above = std::upper_bound(borders_.begin(), borders_.end(), at);
      const Step border = above == borders_.begin() ? 0 : *(above - 1), next = above == borders_.end() ? last : *above;
      const Step end = std::min({last, next, at + longest(at - border, next - at)});
      add(mean, {at, end, at - border});
      at = end;
    }
    return terms_;
  }

 private:
  // How long a part may be so far past a border and so far before the next, towards which an LR may fall to 0.
  static Step longest(Step past, Step left) {
    constexpr Step kShort = 16;
    return std::min(std::max<Step>(1, past / 2), left > kShort ? left / 2 : left);
  }

  void add(const MeanOf& mean, const Part& part) {
    constexpr Step kFew = 3;
    const Moments moments = moments_of(mean, part);
    if (moments.weight == 0) return;
    if (part.until - part.after <= kFew || (moments.single_steps && moments.ranges <= kFew))
      return add_each(mean, part);
    const Step length = part.until - part.after;
    // What an error in the place of a single step would shift is below 1e-6 nats from here on.
    constexpr Step kFlat = 40'000;
    constexpr Step kShortest = 8;  // that two steps lie well in
    const bool on_a_step = moments.centre == std::floor(moments.centre);
    if (moments.variance == 0 || (80 * length <= part.distance && (on_a_step || part.distance >= kFlat)))
      terms_.emplace_back(static_cast<Step>(std::llround(moments.centre)), moments.weight);
    else if (12 * length <= part.distance && length > kShortest)
      add_two(moments, part);
    else
      add_three(moments, part);
  }

  void add_each(const MeanOf& mean, const Part& part) {
    visit_ranges(mean, part, [&](const StepRange& range, double weight) {
      for (Step s = range.after + 1; s <= range.until; ++s)
        terms_.emplace_back(s, weight / static_cast<double>(range.until - range.after));
    });
  }

  // At about one standard deviation on both sides: two steps whose weights, which keep the mean, come nearest to the
  // variance.
  void add_two(const Moments& moments, const Part& part) {
    const double side = std::sqrt(moments.variance);
    Step low = 0, high = 0;
    double least = std::numeric_limits<double>::infinity();
    for (const Step i : {0, 1})
      for (const Step j : {0, 1}) {
        const Step a = static_cast<Step>(std::floor(moments.centre - side)) + i;
        const Step b = static_cast<Step>(std::floor(moments.centre + side)) + j;
        const double variance = (moments.centre - static_cast<double>(a)) * (static_cast<double>(b) - moments.centre);
        const double error = std::abs(variance - moments.variance);
        if (a <= part.after || b > part.until || a >= b || error >= least) continue;
        least = error;
        low = a;
        high = b;
      }
    const double share = (moments.centre - static_cast<double>(low)) / static_cast<double>(high - low);
    terms_.emplace_back(low, moments.weight * (1 - share));
    terms_.emplace_back(high, moments.weight * share);
  }

  // At Gauss's nodes of even weight, rounded, with weights that are exact for parabolas.
  void add_three(const Moments& moments, const Part& part) {
    constexpr double kGauss = 1.3416407864998738;  // standard deviations: sqrt(9 / 5)
    const double side = kGauss * std::sqrt(moments.variance);
    const Step middle = std::clamp(static_cast<Step>(std::llround(moments.centre)), part.after + 2, part.until - 1);
    const Step low = std::clamp(static_cast<Step>(std::llround(moments.centre - side)), part.after + 1, middle - 1);
    const Step high = std::clamp(static_cast<Step>(std::llround(moments.centre + side)), middle + 1, part.until);
    const std::array<Step, 3> steps = {low, middle, high};
    for (std::size_t i = 0; i < 3; ++i) {
      const auto off = [&](std::size_t j) { return static_cast<double>(steps[(i + j) % 3]) - moments.centre; };
      const double x = off(0), y = off(1), z = off(2);
      terms_.emplace_back(steps[i], moments.weight * (moments.variance + y * z) / ((x - y) * (x - z)));
    }
  }

  std::span<const Step> borders_;
  std::vector<std::pair<Step, double>> terms_;
};

}  // namespace

LawMeans law_means(std::span<const MeanOf> means, std::span<const Step> borders) {
  Quadrature quadrature(borders);
  std::vector<std::pair<Step, double>> all;
  LawMeans out;
  for (const MeanOf& mean : means) {
    const auto& terms = quadrature.terms_of(mean);
    all.insert(all.end(), terms.begin(), terms.end());
    out.ends.push_back(all.size());
  }
  for (const auto& [step, weight] : all) out.steps.push_back(step);
  std::sort(out.steps.begin(), out.steps.end());
  out.steps.erase(std::unique(out.steps.begin(), out.steps.end()), out.steps.end());
  for (const auto& [step, weight] : all) {
    const auto place = std::lower_bound(out.steps.begin(), out.steps.end(), step) - out.steps.begin();
    out.terms.push_back({static_cast<std::size_t>(place), weight});
  }
  return out;
}

void LawMeans::average(std::span<const double> values, std::size_t columns, std::span<double> means) const {
  std::fill(means.begin(), means.end(), 0.0);
  std::size_t term = 0;
  for (std::size_t i = 0; i < ends.size(); ++i)
    for (; term < ends[i]; ++term)
      for (std::size_t c = 0; c < columns; ++c)
        means[i * columns + c] += terms[term].weight * values[terms[term].place * columns + c];
}

std::vector<Step> law_borders(const Recipe& recipe) {
  constexpr double kJump = 0.02;  // of the peak
  std::vector<Step> borders = breakpoints(recipe);
  for (const Segment& segment : recipe.schedule.segments()) {
    if (!segment.table) continue;
    const std::vector<double>& lrs = *segment.table;
    for (std::size_t i = 1; i < lrs.size(); ++i)
      if (std::abs(lrs[i] - lrs[i - 1]) > kJump * recipe.peak_lr())
        borders.push_back(segment.begin + static_cast<Step>(i));
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  return borders;
}

}  // namespace losscast
