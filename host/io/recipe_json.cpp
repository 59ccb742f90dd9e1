#include "io/recipe_json.hpp"

#include <nlohmann/json.hpp>

#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

const char* shape_name(Shape shape) {
  constexpr const char* kNames[] = {"constant", "linear",    "cosine",       "exponential", "one-minus-sqrt", "power",
                                    "halving",  "logarithm", "inverse-sqrt", "step-power",  "table"};
  return kNames[static_cast<std::size_t>(shape)];
}

// Whole numbers of steps as such.
Json steps_json(double steps) {
  const auto whole = static_cast<Step>(steps);
  return static_cast<double>(whole) == steps ? Json(whole) : Json(steps);
}

Json segment_json(const Segment& segment) {
  Json object = {{"begin", segment.begin}, {"end", segment.end}, {"shape", shape_name(segment.shape)}};
  if (segment.table) {
    object["lr"] = *segment.table;
    return object;
  }
  object.update(Json{{"span", steps_json(segment.span)}, {"from", segment.from}, {"to", segment.to}});
  if (segment.shape == Shape::power || segment.shape == Shape::step_power || segment.shape == Shape::logarithm)
    object["exponent"] = segment.exponent;
  if (segment.offset != 0) object["offset"] = steps_json(segment.offset);
  if (segment.warp != 1) object["warp"] = segment.warp;
  return object;
}

Json values_json(const StepValues& values) {
  if (values.is_constant()) return values.at(0);
  std::vector<Step> steps = {0};
  for (const Step change : values.changes()) steps.push_back(change);
  Json list = Json::array();
  for (const Step step : steps) list.push_back(values.at(step));
  return {{"steps", steps}, {"values", list}};
}

}  // namespace

Json recipe_json(const Recipe& recipe, double weight_decay) {
  Json segments = Json::array();
  for (const Segment& segment : recipe.schedule.segments()) segments.push_back(segment_json(segment));
  return {{"total_steps", recipe.total_steps()},
          {"peak_lr", recipe.peak_lr()},
          {"warmup_end", warmup_end(recipe.schedule)},
          {"lr", segments},
          {"weight_decay", values_json(weight_decay_of(recipe, weight_decay))},
          {"batch", recipe.batch ? values_json(*recipe.batch) : Json(nullptr)}};
}

}  // namespace losscast
