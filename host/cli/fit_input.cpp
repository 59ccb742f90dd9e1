#include "cli/fit_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "io/fit_keys.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

namespace {

const SdeModel& model_of(const Fit& fit, const std::string& file) {
  try {
    return find_model(fit.model);
  } catch (const ArgumentError& error) {
    throw error.at("model").at(file);
  }
}

void require_same_parameters(const Fit& fit, const SdeModel& model, const std::string& file) {
  const auto expected = model.parameters();
  bool same = expected.size() == fit.parameters.size();
  for (std::size_t p = 0; same && p < expected.size(); ++p) same = expected[p].name == fit.parameters[p].name;
  if (!same)
    throw InputError(fmt::format("parameters: these are not those of the model \"{}\"", fit.model),
                     "the fit may be from another version", "make the fit again")
        .at(file);
}

void require_within_bounds(const ModelParameter& parameter, double value, const std::string& place) {
  if (!parameter.allows(value))
    throw InputError(
        fmt::format("{} = {} is out of bounds", parameter.name, number_text(value)),
        fmt::format("the model allows {} to {}", number_text(parameter.lower), number_text(parameter.upper)),
        "make the fit again")
        .at(place);
}

// In single precision, in which paths move, this and its square are far from overflow. No noise of a loss is that
// large.
constexpr double kMostNoise = 1e6;

void require_possible_noise(const Noise& noise, const std::string& file) {
  for (const auto& [key, member] : kNoiseKeys) {
    const double value = (noise.*member).value;
    const bool counts = member == &Noise::hill_dimensions;  // the more of these, the less noise
    if (counts ? value >= 1 / kMostNoise : value <= kMostNoise) continue;
    throw InputError(fmt::format("{} is out of bounds", number_text(value)),
                     counts ? fmt::format("hills have at least {} dimensions", number_text(1 / kMostNoise))
                            : fmt::format("no noise is larger than {}", number_text(kMostNoise)),
                     "make the fit again")
        .at(fmt::format("{}: noise.{}", file, key));
  }
}

// The fitted law at the end of a constant run, whose price does not grow with its steps.
double law_after(const Fit& fit, const SdeModel& model, double lr, Step steps) {
  constexpr int kBlocks = 32;
  const Recipe run = Schedule({{.end = steps, .from = lr}});
  check_weight_decay(model, run, fit.weight_decay);
  const BlockTable table = make_coarse_table(run, model.effective_lr(), fit.reference, fit.weight_decay, kBlocks);
  const int end[] = {static_cast<int>(table.blocks.size())};
  std::vector<double> value(1), jacobian(fit.parameters.size());
  model.skeleton(table, parameter_values(fit), end, value, jacobian);
  return value.front();
}

// Constant runs at the ends of what the training curves covered have a loss.
void require_finite_law(const Fit& fit, const SdeModel& model) {
  constexpr double kNoLoss = 0x1p20;  // nats: what is beyond has diverged
  constexpr Step kMostSteps = 100'000'000;
  for (const double lr : {fit.seen.peak_lr_min, fit.seen.peak_lr_max})
    for (const Step steps : {fit.seen.total_steps_min, fit.seen.total_steps_max}) {
      if (std::abs(law_after(fit, model, lr, std::clamp<Step>(steps, 1, kMostSteps))) < kNoLoss) continue;
      throw InputError(fmt::format("this fit gives a run at the LR {} no loss after {} steps", number_text(lr), steps),
                       "both lie within what its training curves covered", "make the fit again");
    }
}

}  // namespace

Fit read_usable_fit(const std::filesystem::path& path, const std::optional<double>& params) {
  Fit fit = read_fit(path, params);
  const std::string file = path.string();
  const SdeModel& model = model_of(fit, file);
  require_same_parameters(fit, model, file);
  for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
    const ModelParameter& parameter = model.parameters()[p];
    require_within_bounds(parameter, fit.parameters[p].value, fmt::format("{}: parameters[{}]", file, p));
    for (std::size_t d = 0; d < fit.draws.size(); ++d)
      require_within_bounds(parameter, fit.draws[d][p], fmt::format("{}: draws[{}]", file, d));
  }
  require_possible_noise(fit.noise, file);
  try {
    require_finite_law(fit, model);
  } catch (const InputError& error) {
    throw error.at(file);
  }
  return fit;
}

std::vector<Flag> params_flag() {
  return {{"params", "N", "which of the fits, by the model's size, where the file holds several"}};
}

Fit read_usable_fit(const std::filesystem::path& file, const Flags& flags) {
  return read_usable_fit(file, flags.has("params") ? std::optional(flags.positive_number("params")) : std::nullopt);
}

}  // namespace losscast
