// Are the bands of a second phase right where the law is true but for its stated discrepancy?
// bench_phases [--truths 200] [--seed 1].
//
// The truths, their training runs of one phase each, and how runs differ from their law are those of bench_calibration.
// A fit to the five forecasts a cosine run of 8,000 updates that is warmed up again to the same or to half the peak for
// 4,000 more. Of a calibrated fit 90% of the bands hold: the loss along the second phase and at its end, the highest
// loss after the LR rose, its height over that of the end of the first phase, and the step at which it is back there.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/common/program.hpp"
#include "bench/common/true_law.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/fit/forecast_along.hpp"
#include "losscast/fit/rewarming.hpp"
#include "losscast/schedule/continuation.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr Step kFirst = 8000, kSecond = 4000, kEvery = 50;

struct Outcome {
  double along;  // share of the second phase's points in their bands
  bool last, bump, rise, recovery;
  double width, rise_error;  // of the band of the last point; forecast - true rise [nats]
};

Arguments two_phases(double second_peak) {
  return {{{"family", std::string("phases")},
           {"phases", std::vector<Arguments>{schedule_of("cosine", kMiddle, kFirst),
                                             schedule_of("cosine", second_peak, kSecond)}}}};
}

bool holds(const LossForecast& band, double value) { return band.q05 <= value && value <= band.q95; }

// Whether the loss came back within the band of the step.
bool came_back_in_time(const LawRun& run, std::size_t top, double before, const Rewarming::Recovery& recovery) {
  const Step never = run.curve.recipe.total_steps() + 1;
  Step back = never;
  for (std::size_t i = run.losses.size(); i-- > top && run.losses[i] <= before;) back = run.curve.points[i].step;
  return recovery.early.value_or(never) - kEvery <= back && back <= recovery.late.value_or(never) + kEvery;
}

Outcome outcome_of(const Fit& fit, const LawRun& run, const Arguments& schedule) {
  const Recipe& recipe = run.curve.recipe;
  const LossSde sde = with_offset_of(make_sde(fit), recipe);
  LossSde logged = sde;
  logged.noise.observation = static_cast<float>(fit.noise.observation_noise.value);
  std::vector<Step> steps;
  std::size_t begin = 0;
  for (const CurvePoint& point : run.curve.points) {
    if (point.step > kFirst) steps.push_back(point.step);
    begin += point.step <= kFirst ? 1 : 0;
  }
  const std::vector<LossForecast> bands = forecast_along(logged, recipe, steps, 1);
  int held = 0;
  for (std::size_t i = 0; i < bands.size(); ++i) held += holds(bands[i], run.curve.points[begin + i].loss) ? 1 : 0;
  const Rewarming phase = rewarmings(sde, recipe, phase_starts(schedule), 1).at(0);
  const auto highest = std::max_element(run.losses.begin() + static_cast<std::ptrdiff_t>(begin), run.losses.end());
  const double before = run.losses[begin - 1];
  const auto top = static_cast<std::size_t>(highest - run.losses.begin());
  const Rewarming::Bump bump = phase.bump.value_or(Rewarming::Bump{});
  return {static_cast<double>(held) / static_cast<double>(bands.size()),
          holds(bands.back(), run.curve.points.back().loss),
          holds(bump.loss, *highest),
          holds(bump.rise, *highest - before),
          came_back_in_time(run, top, before, phase.recovery),
          bands.back().q95 - bands.back().q05,
          bump.rise.mean - (*highest - before)};
}

Outcome try_truth(const SdeModel& model, std::uint64_t seed) {
  Normals normal(seed);
  const Fit truth = truth_of(model, normal);
  const Fit fit = fit_model(training_runs(truth, normal), model, {.seed = seed, .threads = 1});
  const Arguments schedule = two_phases(seed % 2 == 0 ? kMiddle : kMiddle / 2);
  return outcome_of(fit, run_of(truth, "two phases", make_recipe(schedule), normal, kEvery), schedule);
}

Json summary(const std::vector<Outcome>& all) {
  const auto mean = [&](auto member) {
    double sum = 0;
    for (const Outcome& one : all) sum += static_cast<double>(one.*member);
    return sum / static_cast<double>(all.size());
  };
  return {{"along", mean(&Outcome::along)},         {"last", mean(&Outcome::last)},
          {"bump", mean(&Outcome::bump)},           {"rise", mean(&Outcome::rise)},
          {"recovery", mean(&Outcome::recovery)},   {"width", mean(&Outcome::width)},
          {"rise_bias", mean(&Outcome::rise_error)}};
}

void measure(const cxxopts::ParseResult& given) {
  const SdeModel& model = find_model("adamw");
  const auto truths = given["truths"].as<std::int64_t>();
  const auto seed = given["seed"].as<std::uint64_t>();
  std::vector<Outcome> all(static_cast<std::size_t>(truths));
  parallel_for(truths, given["threads"].as<int>(), [&](std::int64_t i) {
    all[static_cast<std::size_t>(i)] = try_truth(model, seed * 100'000 + static_cast<std::uint64_t>(i));
  });
  const Json held = summary(all);
  if (given.count("json") > 0) {
    fmt::print("{}\n", Json{{"truths", truths}, {"seed", seed}, {"held", held}}.dump(2));
    return;
  }
  for (const char* name : {"along", "last", "bump", "rise", "recovery"})
    fmt::print("{:9} {:>6.1f}%\n", name, 100 * held[name].get<double>());
  fmt::print("width of the last band {:.2e} nats, forecast - true rise {:+.1e} nats\n", held["width"].get<double>(),
             held["rise_bias"].get<double>());
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_phases", "Bands of a second phase, of laws with a known discrepancy");
  options.add_options()("truths", "laws", cxxopts::value<std::int64_t>()->default_value("200"))  //
      ("seed", "of all random numbers", cxxopts::value<std::uint64_t>()->default_value("1"))     //
      ("threads", "threads", cxxopts::value<int>()->default_value("0"));
  return losscast::bench::run_program(count, arguments, options, {}, losscast::bench::measure);
}
