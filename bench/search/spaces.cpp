#include "bench/search/spaces.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "losscast/random/counter.hpp"
#include "losscast/random/uniform.hpp"

namespace losscast::bench {

Axis range(const char* argument, Axis::Kind kind, double low, double high, int grid_points) {
  Axis axis;
  axis.argument = argument;
  axis.kind = kind;
  axis.low = low;
  axis.high = high;
  axis.grid_points = grid_points;
  return axis;
}

namespace {

Axis choice(const char* argument, std::vector<Value> choices) {
  Axis axis;
  axis.argument = argument;
  axis.kind = Axis::Kind::choice;
  axis.choices = std::move(choices);
  return axis;
}

// A random part of a range that takes up this share of it.
void shrink(Axis& axis, double share, Dice& dice) {
  const double from = (1 - share) * dice.uniform();
  const double low = axis.low, high = axis.high;
  if (axis.kind == Axis::Kind::log) {
    axis.low = low * std::pow(high / low, from);
    axis.high = low * std::pow(high / low, from + share);
  } else {
    axis.low = low + from * (high - low);
    axis.high = low + (from + share) * (high - low);
  }
  if (axis.kind != Axis::Kind::integer) return;
  axis.low = std::floor(axis.low);
  axis.high = std::max(axis.low + 10, std::floor(axis.high));
}

}  // namespace

double Dice::uniform() {
  return static_cast<double>(open_uniform(random_bits(seed_, Stream::search, thrown_++, 0, 1).word[0]));
}

std::int64_t Dice::below(std::int64_t count) {
  return static_cast<std::int64_t>(uniform() * static_cast<double>(count));
}

SearchSpace wsd_space(SearchMethod method, std::int64_t candidates) {
  FamilySpace family;
  family.family = "wsd";
  family.fixed.values = {{"family", std::string("wsd")}, {"total_steps", kTotalSteps}};
  family.axes = {
      range("peak_lr", Axis::Kind::log, 1e-4, 1e-3, 12), range("decay_fraction", Axis::Kind::linear, 0.05, 0.9, 35),
      range("final_lr_ratio", Axis::Kind::linear, 0, 0.3, 7), range("warmup_steps", Axis::Kind::integer, 500, 2400, 5),
      choice("shape", {std::string("linear"), std::string("sqrt"), std::string("cosine")})};
  SearchSpace space;
  space.file = "wsd";
  space.method = method;
  space.candidates = candidates;
  space.families = {std::move(family)};
  return space;
}

const char* part_name(Part part) {
  switch (part) {
    case Part::narrow:
      return "narrow";
    case Part::twins:
      return "twins";
    case Part::any:
      break;
  }
  return "any";
}

SearchSpace random_part(Part part, std::int64_t candidates, Dice& dice) {
  SearchSpace space = wsd_space(part == Part::twins ? SearchMethod::grid : SearchMethod::sobol, candidates);
  std::vector<Axis>& axes = space.families[0].axes;
  const double widest = part == Part::narrow ? 0.03 : 1, narrowest = part == Part::narrow ? 0.003 : 0.03;
  for (Axis& axis : axes)
    if (axis.kind != Axis::Kind::choice) shrink(axis, narrowest * std::pow(widest / narrowest, dice.uniform()), dice);
  std::vector<Value>& shapes = axes.back().choices;
  while (shapes.size() > 1 && dice.uniform() < 0.5) shapes.erase(shapes.begin() + dice.below(std::ssize(shapes)));
  if (part != Part::twins) return space;
  for (Axis& axis : axes) axis.grid_points = axis.argument == "decay_fraction" ? 6 : 2;
  axes.push_back(choice("warmup_start_lr", {0.0, 0.0}));
  return space;
}

}  // namespace losscast::bench
