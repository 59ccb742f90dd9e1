#include "bench/common/example.hpp"

#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::bench {
namespace {

constexpr double kPeak = 3e-4;

// One schedule of a family, with the warm-up of all.
Schedule example_schedule(const std::string& family, double peak_lr, Step steps, Arguments rest = {}) {
  rest.values.insert({{"family", family},
                      {"peak_lr", peak_lr},
                      {"warmup_steps", std::floor(0.09 * static_cast<double>(steps))},
                      {"total_steps", static_cast<double>(steps)}});
  return make_schedule(rest);
}

}  // namespace

std::vector<double> example_parameters(const SdeModel& model) {
  const std::string_view name = model.name();
  if (name == "adamw") return {2.7076, 0.1997, 0.6169, 0.1428, 5171, 0.2550, 0.8494, 0.5, 0, 4};
  if (name == "power") return {2.6775, 0.2148, 0.5102, 0.1460, 627};
  if (name == "spectral") return {2.7020, 0.2149, 0.5132, 0.1532, 2205};
  throw InputError(std::string(name) + " has no example parameters", "bench/example.cpp lists them", "add some");
}

Experiment example_request(const SdeModel& model) {
  Experiment request;
  request.model = &model;
  request.reference = {kPeak, 22855.5, 0.1, 0};
  request.weight_decay = 0.1;
  request.draws = {example_parameters(model)};
  request.noise = {
      .river = 0, .four_over_d = 4.0f / 4000, .startup_shift = 0.002f, .run_offset = 1e-3f, .observation = 0};
  return request;
}

std::vector<std::vector<double>> scattered_draws(const std::vector<double>& parameters, int count) {
  constexpr double kScatter = 0.03;
  std::vector<std::vector<double>> draws(static_cast<std::size_t>(count), parameters);
  for (std::size_t d = 0; d < draws.size(); ++d)
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      float z[4];
      normals4(random_bits(0, Stream::parameters, d, 0, static_cast<std::uint32_t>(p)), z);
      draws[d][p] *= std::exp(kScatter * static_cast<double>(z[0]));
    }
  return draws;
}

std::vector<Recipe> example_schedules(int count, Step steps) {
  std::vector<Recipe> schedules;
  for (int i = 0; i < count; ++i) {
    const double fraction = 0.05 + 0.85 * i / std::max(1, count - 1);
    schedules.push_back(example_schedule("wsd", kPeak, steps, {{{"decay_fraction", fraction}}}));
  }
  return schedules;
}

std::vector<Recipe> benchmark_schedules(Step steps) {
  constexpr double kPeaks[] = {1.5e-4, 3e-4, 6e-4};
  std::vector<Recipe> schedules;
  for (const double peak : {1e-4, 1.5e-4, 2e-4, 3e-4, 4.5e-4, 6e-4})
    schedules.push_back(example_schedule("constant", peak, steps));
  for (const char* family : {"linear", "cosine"})
    for (const double peak : kPeaks)
      for (const double ratio : {0.0, 0.1})
        schedules.push_back(example_schedule(family, peak, steps, {{{"final_lr_ratio", ratio}}}));
  for (const double peak : kPeaks)
    for (const double fraction : {0.1, 0.3})
      schedules.push_back(example_schedule("wsd", peak, steps, {{{"decay_fraction", fraction}}}));
  for (const double peak : kPeaks)
    for (const double ratio : {0.1, 0.3})
      schedules.push_back(
          example_schedule("two-stage", peak, steps, {{{"decay_fraction", 0.5}, {"final_lr_ratio", ratio}}}));
  for (const double peak : kPeaks)
    for (const double timescale : {0.05, 0.25})
      schedules.push_back(example_schedule("inverse-sqrt", peak, steps,
                                           {{{"timescale", std::ceil(timescale * static_cast<double>(steps))}}}));
  return schedules;
}

}  // namespace losscast::bench
