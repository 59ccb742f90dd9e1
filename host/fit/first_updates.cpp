#include "fit/first_updates.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace losscast {

Recipe first_updates(Recipe recipe, Step step) {
  std::vector<Segment> segments;
  for (Segment segment : recipe.schedule.segments()) {
    if (segment.begin >= step) break;
    segment.end = std::min(segment.end, step);
    if (segment.table) {
      const auto begin = segment.table->begin();
      segment.table = std::make_shared<const std::vector<double>>(begin, begin + (segment.end - segment.begin));
    }
    segments.push_back(segment);
  }
  recipe.schedule = Schedule(std::move(segments), recipe.schedule.stated_warmup_end());
  return recipe;
}

}  // namespace losscast
