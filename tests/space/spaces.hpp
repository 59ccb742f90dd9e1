// Search spaces for tests.
#pragma once

#include <string>
#include <utility>

#include "losscast/space/space.hpp"

namespace losscast::test {

inline Axis choice(std::string argument, std::vector<Value> choices) {
  Axis axis;
  axis.argument = std::move(argument);
  axis.kind = Axis::Kind::choice;
  axis.choices = std::move(choices);
  return axis;
}

inline Axis range(std::string argument, Axis::Kind kind, double low, double high, std::optional<int> grid = {}) {
  Axis axis;
  axis.argument = std::move(argument);
  axis.kind = kind;
  axis.low = low;
  axis.high = high;
  axis.grid_points = grid;
  return axis;
}

inline FamilySpace wsd_space(std::vector<Axis> axes) {
  FamilySpace space;
  space.family = "wsd";
  space.fixed.values = {{"family", std::string("wsd")}, {"peak_lr", 3e-4},       {"warmup_steps", 20.0},
                        {"decay_fraction", 0.5},        {"final_lr_ratio", 0.0}, {"total_steps", 300.0}};
  space.axes = std::move(axes);
  for (const Axis& axis : space.axes) space.fixed.values.erase(axis.argument);
  space.line = 12;
  return space;
}

inline SearchSpace space_of(SearchMethod method, std::vector<FamilySpace> families) {
  SearchSpace space;
  space.file = "sweep.toml";
  space.method = method;
  space.families = std::move(families);
  return space;
}

}  // namespace losscast::test
