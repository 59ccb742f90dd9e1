#include "losscast/schedule/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

void check_stairs(std::span<const Step> steps, std::span<const double> values) {
  if (steps.empty() || steps.size() != values.size())
    throw InputError(fmt::format("for {} steps there {} {}", steps.size(), values.size() == 1 ? "is" : "are",
                                 counted(values.size(), "value")),
                     "each step needs one", "give as many, at least one");
  if (steps.front() != 0)
    throw InputError(fmt::format("the steps begin with {}", steps.front()), "the value before it is unknown",
                     "begin with 0");
  const auto misplaced = std::adjacent_find(steps.begin(), steps.end(), [](Step a, Step b) { return a >= b; });
  if (misplaced != steps.end())
    throw InputError(fmt::format("the steps have {} after {}", *(misplaced + 1), *misplaced), "they ascend",
                     "sort them, each once");
  for (const double value : values)
    if (!std::isfinite(value))
      throw InputError(fmt::format("the values have {}", value), "it is not finite", "correct it");
}

}  // namespace

StepValues::StepValues(std::span<const Step> steps, std::span<const double> values) {
  check_stairs(steps, values);
  first_ = values.front();
  std::vector<Stair> later;
  for (std::size_t i = 1; i < steps.size(); ++i)
    if (values[i] != values[i - 1]) later.push_back({steps[i], values[i]});
  if (!later.empty()) later_ = std::make_shared<const std::vector<Stair>>(std::move(later));
}

double StepValues::at(Step s) const {
  if (is_constant()) return first_;
  const auto next = std::upper_bound(later_->begin(), later_->end(), s,
                                     [](Step step, const Stair& stair) { return step < stair.begin; });
  return next == later_->begin() ? first_ : std::prev(next)->value;
}

void StepValues::fill(Step first, std::span<double> out) const {
  std::fill(out.begin(), out.end(), first_);
  if (is_constant()) return;
  for (const Stair& stair : *later_) {
    const auto begin = std::clamp<Step>(stair.begin - first, 0, static_cast<Step>(out.size()));
    std::fill(out.begin() + begin, out.end(), stair.value);
  }
}

std::vector<Step> StepValues::changes() const {
  std::vector<Step> steps;
  if (is_constant()) return steps;
  for (const Stair& stair : *later_) steps.push_back(stair.begin);
  return steps;
}

bool StepValues::operator==(const StepValues& other) const {
  if (first_ != other.first_ || is_constant() != other.is_constant()) return false;
  return is_constant() || *later_ == *other.later_;
}

std::vector<Step> breakpoints(const Recipe& recipe) {
  std::vector<Step> borders = breakpoints(recipe.schedule);
  for (const auto* series : {&recipe.weight_decay, &recipe.batch}) {
    if (!*series) continue;
    for (const Step change : (*series)->changes())
      if (change < recipe.total_steps()) borders.push_back(change);
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  return borders;
}

}  // namespace losscast
