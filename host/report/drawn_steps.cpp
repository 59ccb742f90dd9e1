#include "report/drawn_steps.hpp"

namespace losscast {

std::set<Step> drawn_steps(const Recipe& recipe, Step intervals) {
  const Step last = recipe.total_steps() - 1;
  std::set<Step> steps = {0, last};
  for (Step i = 1; i < intervals; ++i) steps.insert(last * i / intervals);
  for (const Step border : breakpoints(recipe)) {
    if (border <= last) steps.insert(border);
    if (border > 0) steps.insert(border - 1);
  }
  return steps;
}

}  // namespace losscast
