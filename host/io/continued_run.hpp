// A curve of a manifest that continues another one: the key `continues` and those beside it.
#pragma once

#include <string>
#include <vector>

#include "io/curve_keys.hpp"
#include "losscast/fit/curve.hpp"

namespace losscast {

// Keys of a curve, none of which may stand in [defaults].
const std::vector<std::string>& continuation_keys();

// The places of the curves in an order in which each comes after the one that it continues. Throws InputError if one
// continues no other curve of the list, or itself by way of others.
std::vector<std::size_t> reading_order(const DocumentNode::List& curves);

// A curve that was read, and what only the manifest knows of it.
struct ReadCurve {
  Curve curve;
  std::string loss_unit, data;  // as the manifest has them; data is empty where it says none
};

// How a curve goes on from the one that it continues.
struct Continuation {
  Recipe whole;          // from the first update of all
  Recipe own;            // from the branch on
  Step at;               // the update at which it begins
  bool steps_from_zero;  // whether the log counts from there
};

// Reads it, where the curve's table has the key `continues`; `own` is the recipe that it says itself. Throws InputError
// naming the key if the two runs do not go together.
Continuation read_continuation(const CurveTables& tables, Recipe own, const ReadCurve& first);

// Gives a curve, its log read, the steps of the whole run, and what it has from the first run. Throws InputError if the
// log has steps before the branch, or may count from either begin.
void continue_curve(const CurveTables& tables, const Continuation& continuation, const Curve& first, Curve& curve);

}  // namespace losscast
