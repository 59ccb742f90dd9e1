/// \file
/// A recipe: what a run does at each step. Its LR, its weight decay and its batch size.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// A quantity of each update that is one number, or stairs: a value from one update on until the next takes its place.
/// Immutable and cheap to copy. Equal neighbours count as one value, so that stairs of a single value are that number.
class StepValues {
 public:
  StepValues(double value) : first_(value) {}  ///< the same at every update

  /// values[i] is that of the updates steps[i] <= s < steps[i + 1], the last value that of all later ones. Throws
  /// InputError unless there are as many values as steps, steps[0] = 0, steps ascend, and all values are finite.
  StepValues(std::span<const Step> steps, std::span<const double> values);

  bool is_constant() const { return later_ == nullptr; }  ///< whether it is one number
  double at(Step s) const;                                ///< precondition: 0 <= s

  /// The values of the updates first ... first + out.size() - 1.
  void fill(Step first, std::span<double> out) const;

  /// The updates from which another value holds, ascending; the first, 0, is not among them.
  std::vector<Step> changes() const;

  /// Whether the values are the same at every update.
  bool operator==(const StepValues& other) const;

 private:
  struct Stair {
    Step begin;
    double value;
    bool operator==(const Stair&) const = default;
  };

  double first_;
  std::shared_ptr<const std::vector<Stair>> later_;  ///< the stairs after the first; null where there are none
};

/// What a run does at each update: its LR and, where they are given, its weight decay and its batch size.
struct Recipe {
  /// Makes a recipe of a schedule. A weight decay or batch size that is not given is what whoever uses the recipe takes
  /// by default.
  Recipe(Schedule lr, std::optional<StepValues> decay = {}, std::optional<StepValues> tokens = {})
      : schedule(std::move(lr)), weight_decay(std::move(decay)), batch(std::move(tokens)) {}

  Step total_steps() const { return schedule.total_steps(); }  ///< number of updates
  double peak_lr() const { return schedule.peak_lr(); }        ///< the largest LR of the schedule

  Schedule schedule;                       ///< of the LR
  std::optional<StepValues> weight_decay;  ///< decoupled, as AdamW's
  std::optional<StepValues> batch;         ///< tokens of one update
};

/// The borders of the schedule's segments and the updates from which another weight decay or batch size holds,
/// ascending, from 0 to total_steps(): where a time grid should have a point.
std::vector<Step> breakpoints(const Recipe& recipe);

/// The recipe's weight decay, or `otherwise` throughout where it says none.
inline StepValues weight_decay_of(const Recipe& recipe, double otherwise) {
  return recipe.weight_decay.value_or(otherwise);
}

}  // namespace losscast
