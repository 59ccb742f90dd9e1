// Are the bands of a phase on other data right, given its first losses?
// bench_new_data [--truths 100] [--seed 1] [--pull exponentials].
//
// Truths, their training runs, and how runs differ from their law are those of bench_calibration. A fit to the five
// follows a cosine run of 8,000 updates that goes on for 4,000 more on other data, warmed up again to the same or to
// half the peak: from there on its loss lies by J - P (1 - (1 + s / s0)^-b) above the law. J is normal, P, s0 and b are
// log-normal, s0 and b as the update takes them to be. With --pull exponentials the loss is pulled down by two of them
// instead, half of P each, which is no law of the update. Of the final losses 90% should lie in their bands.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/common/program.hpp"
#include "bench/common/true_law.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/run_update.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/features.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

// Losses are logged every kEvery updates, of the first phase every tenth of them.
constexpr Step kFirst = 8000, kSecond = 4000, kEvery = 20;
constexpr double kShares[] = {0.05, 0.1, 0.2, 0.5};
constexpr double kUntoldShare = 0.2;
constexpr std::size_t kCount = std::size(kShares);

// What an update made of the final loss.
struct Answer {
  bool held, alarm;
  double error, width;  // of the mean, absolute; of the band [nats]
};

struct Outcome {
  Answer told[kCount];
  Answer untold;  // of the change, with a fifth of the second phase logged
};

enum class Pull { power, exponentials };

struct Shift {
  Pull pull;
  double jump, size, start, exponent;

  double operator()(double clock) const {
    if (pull == Pull::power) return jump - size * (1 - std::pow(1 + clock / start, -exponent));
    return jump - size / 2 * (2 - std::exp(-clock / start) - std::exp(-clock / (10 * start)));
  }
};

Shift shift_of(Pull pull, Normals& normal) {
  const double jump = 0.5 * normal(), size = 0.3 * std::exp(0.8 * normal());
  const double start = 0.02 * std::exp(1.5 * normal()), exponent = 0.4 * std::exp(0.5 * normal());
  return {pull, jump, size, start, exponent};
}

// A run of two phases, the second on other data.
LawRun shifted_run(const Fit& truth, double second_peak, const Shift& shift, Normals& normal) {
  const Arguments whole{{{"family", std::string("phases")},
                         {"phases", std::vector<Arguments>{schedule_of("cosine", kMiddle, kFirst),
                                                           schedule_of("cosine", second_peak, kSecond)}}}};
  LawRun run = run_of(truth, "two phases", make_recipe(whole), normal, kEvery);
  const double unit = truth.reference.lr * truth.reference.steps;
  for (std::size_t i = 0; i < run.losses.size(); ++i) {
    const Step step = run.curve.points[i].step;
    if (step <= kFirst) continue;
    const double more = shift(lr_sums(run.curve.recipe.schedule, kFirst, step).a1 / unit);
    run.losses[i] += more;
    run.curve.points[i].loss += more;
  }
  return run;
}

Answer answer_of(const Fit& fit, const LawRun& run, double share, std::optional<Step> change) {
  RunSoFar so_far{run.curve.recipe, run.curve.weight_decay, run.curve.points, {}, 0, change};
  const Step until = kFirst + static_cast<Step>(share * static_cast<double>(kSecond));
  std::erase_if(so_far.points, [&](const CurvePoint& point) {
    return point.step > until || (point.step < kFirst && point.step % (10 * kEvery) > 0);
  });
  const RunUpdate update = update_run(fit, so_far, {.times = 2, .threads = 1});
  const Statistics& band = update.final_after();
  const double end = run.losses.back();
  return {band.q05 <= end && end <= band.q95, update.alarm.raised(), std::abs(band.mean - end), band.q95 - band.q05};
}

Outcome try_truth(const SdeModel& model, std::uint64_t seed, Pull pull) {
  Normals normal(seed);
  const Fit truth = truth_of(model, normal);
  const Fit fit = fit_model(training_runs(truth, normal), model, {.seed = seed, .threads = 1});
  const LawRun run = shifted_run(truth, seed % 2 == 0 ? kMiddle : kMiddle / 2, shift_of(pull, normal), normal);
  Outcome outcome;
  for (std::size_t i = 0; i < kCount; ++i) outcome.told[i] = answer_of(fit, run, kShares[i], kFirst);
  outcome.untold = answer_of(fit, run, kUntoldShare, {});
  return outcome;
}

Json summary(const std::vector<Answer>& all) {
  double held = 0, alarms = 0, error = 0;
  std::vector<double> widths;
  for (const Answer& one : all) {
    held += one.held ? 1 : 0;
    alarms += one.alarm ? 1 : 0;
    error += one.error;
    widths.push_back(one.width);
  }
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
  std::nth_element(widths.begin(), middle, widths.end());
  const auto count = static_cast<double>(all.size());
  return {{"held", held / count}, {"alarms", alarms / count}, {"error", error / count}, {"width", *middle}};
}

Pull pull_of(const std::string& name) {
  if (name == "power") return Pull::power;
  if (name == "exponentials") return Pull::exponentials;
  throw InputError(fmt::format("--pull {} is unknown", name), "it says how the loss falls on the new data",
                   "give power or exponentials");
}

void measure(const cxxopts::ParseResult& given) {
  const SdeModel& model = find_model("adamw");
  const auto truths = given["truths"].as<std::int64_t>();
  const auto seed = given["seed"].as<std::uint64_t>();
  const Pull pull = pull_of(given["pull"].as<std::string>());
  std::vector<Outcome> all(static_cast<std::size_t>(truths));
  parallel_for(truths, given["threads"].as<int>(), [&](std::int64_t i) {
    all[static_cast<std::size_t>(i)] = try_truth(model, seed * 100'000 + static_cast<std::uint64_t>(i), pull);
  });
  Json rows = Json::array();
  const auto add_row = [&](const std::string& name, const auto& answer) {
    std::vector<Answer> answers;
    for (const Outcome& one : all) answers.push_back(answer(one));
    Json row = summary(answers);
    row["name"] = name;
    rows.push_back(std::move(row));
  };
  for (std::size_t i = 0; i < kCount; ++i)
    add_row(fmt::format("{:.0f}% logged", 100 * kShares[i]), [&](const Outcome& one) { return one.told[i]; });
  add_row(fmt::format("{:.0f}%, change untold", 100 * kUntoldShare), [](const Outcome& one) { return one.untold; });
  if (given.count("json") > 0) {
    fmt::print("{}\n", Json{{"truths", truths}, {"seed", seed}, {"rows", rows}}.dump(2));
    return;
  }
  fmt::print("{:20} {:>7} {:>16} {:>14} {:>7}\n", "", "held", "mean abs error", "median width", "alarms");
  for (const Json& row : rows)
    fmt::print("{:20} {:6.1f}% {:16.4f} {:14.4f} {:6.1f}%\n", row["name"].get<std::string>(),
               100 * row["held"].get<double>(), row["error"].get<double>(), row["width"].get<double>(),
               100 * row["alarms"].get<double>());
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_new_data", "Bands of a phase on other data, of laws with a known shift");
  options.add_options()("truths", "laws", cxxopts::value<std::int64_t>()->default_value("100"))  //
      ("pull", "power or exponentials", cxxopts::value<std::string>()->default_value("power"))   //
      ("seed", "of all random numbers", cxxopts::value<std::uint64_t>()->default_value("1"))     //
      ("threads", "threads", cxxopts::value<int>()->default_value("0"));
  return losscast::bench::run_program(count, arguments, options, {}, losscast::bench::measure);
}
