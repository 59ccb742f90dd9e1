#include "schedule/segment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/math/elementary.hpp"

namespace losscast {

namespace {

// to + (from - to) weight, exact at both ends and never outside them by a rounding error.
double between(const Segment& g, double weight) {
  const double value = g.from * weight + g.to * (1.0 - weight);
  return std::clamp(value, std::min(g.from, g.to), std::max(g.from, g.to));
}

// (1 + cos pi z) / 2, written so that it keeps its digits where it nears 0.
double half_cosine(double z) {
  const double c = math::cos_pi(0.5 * z);
  return c * c;
}

[[noreturn]] void reject(const Segment& g, std::string_view problem, std::string_view why, std::string_view remedy) {
  throw InputError(fmt::format("the schedule's segment from step {} to {} {}", g.begin, g.end, problem), why, remedy);
}

void check_rate(const Segment& g, double rate) {
  if (!std::isfinite(rate))
    reject(g, fmt::format("has a learning rate of {}", rate), "no update can be made with it", "give finite rates");
  if (rate < 0) reject(g, fmt::format("has a learning rate of {}", rate), "it is negative", "give rates of at least 0");
}

void check_table(const Segment& g) {
  if (!g.table || static_cast<Step>(g.table->size()) != g.end - g.begin)
    reject(g, "has a table of another length", "one value per update is needed", "give as many values as steps");
  for (const double rate : *g.table) check_rate(g, rate);
}

// Calls apply(lr_at), where lr_at maps the time since the shape's begin, in steps and warped, to the LR. Not for a
// table.
template <class Apply>
void with_law(const Segment& g, const Apply& apply) {
  const double span = g.span;
  switch (g.shape) {
    case Shape::constant:
      return apply([&](double) { return g.from; });
    case Shape::linear:
      return apply([&](double t) { return between(g, (span - t) / span); });
    case Shape::cosine:
      return apply([&](double t) { return between(g, half_cosine(t / span)); });
    case Shape::exponential: {
      const double ratio = g.to / g.from;
      return apply([&](double t) { return g.from * math::pow(ratio, t / span); });
    }
    case Shape::one_minus_sqrt:
      return apply([&](double t) { return between(g, 1.0 - std::sqrt(t / span)); });
    case Shape::power:
      return apply([&](double t) { return between(g, math::pow(std::max(0.0, (span - t) / span), g.exponent)); });
    case Shape::halving:
      return apply([&](double t) { return between(g, math::pow(2.0, (span - t) / span) - 1.0); });
    case Shape::logarithm: {
      const double log_steps = math::log(g.exponent);
      return apply([&](double t) { return between(g, 1.0 - math::log(1.0 + g.exponent * (t / span)) / log_steps); });
    }
    case Shape::inverse_sqrt:
      return apply([&](double t) { return g.from / std::sqrt((span + t) / span); });
    case Shape::step_power:
      return apply([&](double t) { return g.from * math::pow((span + t) / span, -g.exponent); });
    case Shape::table:
      return;
  }
}

// The same, where lr_at maps the time since the segment's begin.
template <class Apply>
void with_lr_at(const Segment& g, const Apply& apply) {
  with_law(g, [&](const auto& lr_at) {
    if (g.warp == 1) return apply([&](double time) { return lr_at(time + g.offset); });
    apply([&](double time) { return lr_at(g.span * math::pow((time + g.offset) / g.span, g.warp)); });
  });
}

}  // namespace

bool is_law_of_the_step(Shape shape) { return shape == Shape::inverse_sqrt || shape == Shape::step_power; }

void fill_segment(const Segment& g, Step first, std::span<double> out) {
  LOSSCAST_EXPECTS(first >= g.begin &&
                   first + static_cast<Step>(out.size()) <= g.end + (g.shape == Shape::table ? 0 : 1));
  if (g.shape == Shape::table) {
    std::copy_n(g.table->begin() + (first - g.begin), out.size(), out.begin());
    return;
  }
  with_lr_at(g, [&](const auto& lr_at) {
    Step since_begin = first - g.begin;
    for (double& lr : out) lr = lr_at(static_cast<double>(since_begin++));
  });
}

void segment_lrs(const Segment& g, std::span<double> times) {
  LOSSCAST_EXPECTS(g.shape != Shape::table);
  with_lr_at(g, [&](const auto& lr_at) {
    for (double& time : times) time = lr_at(time);
  });
}

double segment_lr(const Segment& segment, Step s) {
  double lr = 0;
  fill_segment(segment, s, {&lr, 1});
  return lr;
}

void check_segment(const Segment& g) {
  if (g.end <= g.begin) reject(g, "has no update", "it ends where it begins or before", "leave it out");
  if (g.shape == Shape::table) return check_table(g);
  check_rate(g, g.from);
  if (g.shape == Shape::constant) return;

  if (!(g.span > 0 && std::isfinite(g.span)))
    reject(g, "has no span", "progress is measured in it", "give a number of steps above 0");
  if (!(g.offset >= 0 && g.warp > 0 && std::isfinite(g.offset) && std::isfinite(g.warp)))
    reject(g, fmt::format("has the offset {} and the warp {}", g.offset, g.warp), "its progress is none",
           "give an offset of at least 0 and a warp above 0");
  if (!is_law_of_the_step(g.shape)) {
    check_rate(g, g.to);
    if (static_cast<double>(g.end - 1 - g.begin) + g.offset >= g.span)
      reject(g, "goes on beyond its span", "its shape ends there", "give a longer span");
  }
  if (g.shape == Shape::exponential && !(g.from > 0 && g.to > 0))
    reject(g, "decays exponentially to or from 0", "no factor does that", "give rates above 0");
  if (g.shape == Shape::power && !(g.exponent > 0 && std::isfinite(g.exponent)))
    reject(g, fmt::format("has the exponent {}", g.exponent), "its decay would not end", "give a number above 0");
  if (g.shape == Shape::logarithm && !(g.exponent > 1 && std::isfinite(g.exponent)))
    reject(g, fmt::format("rises logarithmically in {} steps", g.exponent), "the logarithm of that is not above 0",
           "give a number above 1");
  // Between its ends every shape is monotone, so the last update stands for those between.
  check_rate(g, segment_lr(g, g.end - 1));
}

}  // namespace losscast
