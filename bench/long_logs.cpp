// Seconds that large inputs take: bench_long_logs [--model adamw] [--threads 2] [--json].
//
// Three inputs, made from the model's own law: a log of every one of 143,000 updates; 320 points of a run of 1.2e7
// updates; 50 runs of 50,000 updates. Each beside a small one of its kind, so that a busy machine slows both.
#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <numeric>

#include "bench/common/example.hpp"
#include "bench/common/normals.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/fit/score.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::bench {
namespace {

constexpr double kPeak = 3e-4;

Schedule schedule(Step steps, double cool_down_from) {
  const auto total = static_cast<double>(steps);
  return make_schedule(Arguments{{{"family", std::string("wsd")},
                                  {"shape", std::string("linear")},
                                  {"peak_lr", kPeak},
                                  {"final_lr", 0.0},
                                  {"warmup_steps", std::round(0.01 * total)},
                                  {"decay_start", std::round(cool_down_from * total)},
                                  {"total_steps", total}}});
}

Fit known_fit(const SdeModel& model, const Schedule& run) {
  const std::vector<double> parameters = example_parameters(model);
  std::vector<double> lrs(static_cast<std::size_t>(run.total_steps()));
  run.fill(0, lrs);
  Fit fit;
  fit.model = model.name();
  fit.reference = {kPeak, std::accumulate(lrs.begin(), lrs.end(), 0.0) / kPeak, 0.1, 0};
  fit.weight_decay = 0.1;
  for (std::size_t p = 0; p < parameters.size(); ++p)
    fit.parameters.push_back({std::string(model.parameters()[p].name), parameters[p]});
  return fit;
}

// What a run of the model would log every so many updates, with noise [nats].
Curve curve_of(const SdeModel& model, const Schedule& run, Step every, double noise) {
  Curve curve{.name = "run", .file = "run.csv", .recipe = run, .points = {}};
  std::vector<Step> steps;
  for (Step s = every; s <= run.total_steps(); s += every) steps.push_back(s);
  const std::vector<double> law = fitted_law(known_fit(model, run), run, 0.1, steps);
  Normals normal(1);
  for (std::size_t i = 0; i < steps.size(); ++i) curve.points.push_back({steps[i], law[i] + noise * normal()});
  return curve;
}

// Of the clock, and of all threads' processors, which others on the machine hardly change.
struct Seconds {
  double passed, worked;
};

template <class Work>
Seconds seconds_for(const Work& work) {
  const std::clock_t began = std::clock();
  const double passed = seconds_of(work);
  return {passed, static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC};
}

struct Row {
  std::string input, work;
  Seconds small, large;
};

Fit fit_to(const Curve& curve, const SdeModel& model, int threads) {
  return fit_model({&curve, 1}, model, {.threads = threads});
}

void predict(const Fit& fit, const Curve& curve, int threads) {
  forecast_at(make_sde(fit), curve.recipe, curve.recipe.total_steps(), threads);
}

void score_all(const Fit& fit, const std::vector<Curve>& curves, int threads) {
  for (const Curve& curve : curves) {
    std::vector<double> measured;
    for (const CurvePoint& point : curve.points) measured.push_back(point.loss);
    score(measured, fitted_law(fit, curve, curve.points));
    predict(fit, curve, threads);
  }
}

std::vector<Curve> runs(const SdeModel& model, int count, Step steps) {
  std::vector<Curve> out;
  for (int i = 0; i < count; ++i)
    out.push_back(curve_of(model, schedule(steps, 0.3 + 0.6 * i / count), std::max<Step>(1, steps / 500), 1e-3));
  return out;
}

std::vector<Row> rows_of(const SdeModel& model, int threads) {
  std::vector<Row> rows;
  const Curve sparse = curve_of(model, schedule(143'000, 0.8), 500, 1e-3);
  const Curve every = curve_of(model, schedule(143'000, 0.8), 1, 0.03);
  Fit fit;
  rows.push_back({"143,000 updates, logged each 500th or every one", "fit",
                  seconds_for([&] { fit = fit_to(sparse, model, threads); }),
                  seconds_for([&] { fit_to(every, model, threads); })});
  const Curve brief = curve_of(model, schedule(24'000, 0.8), 75, 1e-3);
  const Curve endless = curve_of(model, schedule(12'000'000, 0.8), 37'500, 1e-3);
  const auto fit_and_predict = [&](const Curve& curve) {
    return seconds_for([&] { predict(fit_to(curve, model, threads), curve, threads); });
  };
  rows.push_back({"320 points of 24,000 updates or of 12,000,000", "fit, predict", fit_and_predict(brief),
                  fit_and_predict(endless)});
  const std::vector<Curve> few = runs(model, 5, 50'000), many = runs(model, 50, 50'000);
  rows.push_back({"5 or 50 runs of 50,000 updates", "score", seconds_for([&] { score_all(fit, few, threads); }),
                  seconds_for([&] { score_all(fit, many, threads); })});
  return rows;
}

nlohmann::ordered_json row_json(const Row& row) {
  const auto seconds = [](const Seconds& one) {
    return nlohmann::ordered_json{{"seconds", one.passed}, {"processor_seconds", one.worked}};
  };
  return {{"input", row.input}, {"work", row.work}, {"small", seconds(row.small)}, {"large", seconds(row.large)}};
}

std::string row_text(const Row& row) {
  return fmt::format("{:48} {:12} {:>8.2f} {:>8.2f} {:>8.2f} {:>8.2f} {:>6.1f}\n", row.input, row.work,
                     row.small.passed, row.small.worked, row.large.passed, row.large.worked,
                     row.large.worked / row.small.worked);
}

void measure(const cxxopts::ParseResult& given) {
  const std::vector<Row> rows = rows_of(find_model(given["model"].as<std::string>()), given["threads"].as<int>());
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  std::string text = fmt::format("{:48} {:12} {:>8} {:>8} {:>8} {:>8} {:>6}   (of the clock, of processors)\n", "input",
                                 "work", "small", "", "large", "", "ratio");
  for (const Row& row : rows) {
    all.push_back(row_json(row));
    text += row_text(row);
  }
  fmt::print("{}\n", given.count("json") > 0 ? all.dump(2) : text);
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_long_logs", "Seconds of fits, forecasts and scores of large inputs");
  options.add_options()("model", "of the loss", cxxopts::value<std::string>()->default_value("adamw"))  //
      ("threads", "threads", cxxopts::value<int>()->default_value("2"));
  return losscast::bench::run_program(count, arguments, options, {}, losscast::bench::measure);
}
