#include "tests/cli/small_problem.hpp"

#include <fmt/format.h>

#include "losscast/fit/fit_model.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/model/model.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast::test {

namespace {

constexpr double kLawParameters[] = {2.5, 1.0, 0.5, 0.2, 60.0};  // L0, A, alpha, B, C
constexpr double kNoise = 5e-4;                                  // of a logged point, nats

const std::string kConstant = R"({ family = "constant", peak_lr = 3e-3, warmup_steps = 100, total_steps = 1000 })";
const std::string kTwoStage =
    R"({ family = "two-stage", peak_lr = 3e-3, final_lr = 6e-4, warmup_steps = 100, decay_start = 500, )"
    R"(total_steps = 1000 })";

constexpr const char* kSweep = R"(format = 1
fit = "fit.json"
seed = 3
paths = 40
[search]
method = "grid"
[[family]]
name = "wsd"
shape = ["linear", "sqrt"]
peak_lr = { log = [1e-3, 6e-3], grid = 4 }
decay_fraction = { linear = [0.1, 0.5], grid = 5 }
warmup_steps = 100
total_steps = 1000
[[family]]
name = "cosine"
peak_lr = { log = [1e-3, 6e-3], grid = 8 }
final_lr_ratio = 0.1
warmup_steps = 100
total_steps = 1000
)";

// A curve of the law, with a deviation at each point that averages to nothing.
std::string curve_csv(const std::string& schedule) {
  std::vector<Step> steps;
  for (Step s = 100; s <= kSmallSteps; s += 20) steps.push_back(s);
  const std::vector<double> law = fitted_law(small_fit(), parse_schedule(schedule, "test"), 0.1, steps);
  std::string text = "step,loss\n";
  for (std::size_t i = 0; i < steps.size(); ++i)
    text += fmt::format("{},{:.6f}\n", steps[i], law[i] + kNoise * (static_cast<double>(i * 7 % 5) - 2));
  return text;
}

std::string manifest_entry(const std::string& name, const std::string& schedule) {
  return fmt::format("[[curve]]\nname = \"{0}\"\nfile = \"{0}.csv\"\nschedule = {1}\n", name, schedule);
}

}  // namespace

std::string open_race(const std::string& fit) {
  return fmt::format(R"(format = 1
fit = "{}"
seed = 3
paths = 40
[search]
method = "race"
points = "grid"
delta = 2e-3
[[family]]
name = "wsd"
shape = ["linear", "sqrt"]
peak_lr = {{ log = [1e-3, 6e-3], grid = 4 }}
decay_fraction = {{ linear = [0.1, 0.5], grid = 5 }}
warmup_fraction = 0.1
)",
                     fit);
}

Fit small_fit() {
  Fit fit;
  fit.model = "power";
  fit.reference = {3e-3, 1 / 3e-3, 0.1, 0};
  fit.weight_decay = 0.1;
  const auto parameters = find_model(fit.model).parameters();
  for (std::size_t p = 0; p < parameters.size(); ++p)
    fit.parameters.push_back({std::string(parameters[p].name), kLawParameters[p], 0.01 * kLawParameters[p], false});
  fit.covariance.assign(parameters.size(), std::vector<double>(parameters.size(), 0.0));
  for (int d = 0; d < 16; ++d) {
    std::vector<double>& draw = fit.draws.emplace_back(std::begin(kLawParameters), std::end(kLawParameters));
    draw[0] += 2e-3 * (d % 4 - 1.5);
    draw[3] *= 1 + 0.02 * (d / 4 - 1.5);
  }
  fit.noise = {.startup_shift = {0.02, false, "test"},
               .river_noise = {0, false, "test"},
               .hill_dimensions = {3000, false, "test"},
               .run_offset = {1e-3, false, "test"},
               .observation_noise = {kNoise, false, "test"}};
  fit.seen = {.peak_lr_min = 3e-3,
              .peak_lr_max = 3e-3,
              .total_steps_min = kSmallSteps,
              .total_steps_max = kSmallSteps,
              .weight_decay_min = 0.1,
              .weight_decay_max = 0.1,
              .batch_min = 0,
              .batch_max = 0,
              .params_min = {},
              .params_max = {}};
  fit.warnings = {"one peak LR only"};
  return fit;
}

SmallProblem::SmallProblem() {
  std::string manifest = "format = 1\n";
  for (const auto& [name, schedule] :
       {std::pair("constant", kConstant), std::pair("two_stage", kTwoStage), std::pair("wsd", kWsd)}) {
    manifest += manifest_entry(name, schedule);
    write(std::string(name) + ".csv", curve_csv(schedule));
  }
  write("runs.toml", manifest);
  write("sweep.toml", kSweep);
  write_fit(path() / "fit.json", small_fit(), {});
}

}  // namespace losscast::test
