// `losscast stability`: what a transformer's initialisation says of its stability, and of the LR that it may bear.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/outcome_rate.hpp"
#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/io/architecture_file.hpp"
#include "losscast/stability/layer_bounds.hpp"
#include "losscast/stability/lr_ceiling.hpp"
#include "losscast/stability/measured_norms.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

// What outcomes of other trainings say of one of this architecture.
struct OutcomeForecast {
  double peak_lr, steps, probability, lr_of_10_percent;
};

struct Assessment {
  Architecture architecture;
  double critical_lr;
  LayerBounds bounds;
  StabilityConditions conditions;
  MeasuredNorms measured;
  std::vector<StabilityChange> changes;
  std::optional<OutcomeForecast> forecast;

  double ceiling() const { return lr_ceiling(architecture, critical_lr); }
};

Json architecture_json(const Architecture& architecture) {
  return {{"layers", architecture.layers},
          {"d_model", architecture.d_model},
          {"d_ffn", architecture.d_ffn},
          {"heads", architecture.heads},
          {"initialisation", word_of(kInitialisations, architecture.initialisation)},
          {"embedding", word_of(kEmbeddings, architecture.embedding)},
          {"norm", word_of(kNormPlacements, architecture.norm)}};
}

Json deviations_json(const WeightDeviations& deviations) {
  return {{"embedding", deviations.embedding},
          {"ffn_in", deviations.ffn_in},
          {"ffn_out", deviations.ffn_out},
          {"value", deviations.value},
          {"out", deviations.out}};
}

Json samples_json(const std::vector<NormSample>& samples) {
  Json list = Json::array();
  for (const NormSample& sample : samples)
    list.push_back({{"mean", sample.mean}, {"largest", sample.largest}, {"exceeding", sample.exceeding}});
  return list;
}

Json forecast_json(const std::optional<OutcomeForecast>& forecast) {
  if (!forecast) return nullptr;
  return {{"peak_lr", forecast->peak_lr},
          {"steps", forecast->steps},
          {"p_spike", forecast->probability},
          {"lr_10_percent", forecast->lr_of_10_percent}};
}

Json assessment_json(const Assessment& of) {
  Json changes = Json::array();
  for (const StabilityChange& change : of.changes)
    changes.push_back({{"change", change.description}, {"lr_ceiling", change.lr_ceiling}});
  const StabilityConditions& conditions = of.conditions;
  return {{"architecture", architecture_json(of.architecture)},
          {"deviations", deviations_json(weight_deviations(of.architecture))},
          {"bounds",
           {{"deviation", of.bounds.deviation},
            {"ffn", of.bounds.ffn},
            {"attention", of.bounds.attention},
            {"heads", of.bounds.heads},
            {"log_product", of.bounds.log_product}}},
          {"measured",
           {{"draws", of.measured.draws},
            {"d_model", of.measured.d_model},
            {"ffn", samples_json(of.measured.ffn)},
            {"attention", samples_json(of.measured.attention)},
            {"heads", samples_json({of.measured.heads}).front()}}},
          {"conditions",
           {{"small_sublayers",
             {{"passes", conditions.small_sublayers()},
              {"value", conditions.sublayer},
              {"limit", StabilityConditions::kLargestSublayer}}},
            {"large_shortcut",
             {{"passes", conditions.large_shortcut()},
              {"value", conditions.shortcut},
              {"limit", StabilityConditions::kSmallestShortcut}}}}},
          {"critical_lr", of.critical_lr},
          {"lr_ceiling", of.ceiling()},
          {"changes", changes},
          {"forecast", forecast_json(of.forecast)}};
}

void add_layer(TextTable& table, const Assessment& of, std::size_t n) {
  const auto measured = [](const NormSample& sample) {
    return fmt::format("{:.2f} to {:.2f}", sample.mean, sample.largest);
  };
  table.add_row({fmt::format("{}", n + 1), fmt::format("{:.3g}", of.bounds.deviation[n]),
                 fmt::format("{:.2f}", of.bounds.attention[n]), measured(of.measured.attention[n]),
                 fmt::format("{:.2f}", of.bounds.ffn[n]), measured(of.measured.ffn[n])});
}

// How far a value is on the right side of a limit, or on the wrong one.
std::string verdict(bool passes, double times) {
  return fmt::format("{}, by a factor of {:.3g}", passes ? "passes" : "fails", times > 1 ? times : 1 / times);
}

std::string conditions_text(const StabilityConditions& conditions) {
  constexpr double kLargest = StabilityConditions::kLargestSublayer, kSmallest = StabilityConditions::kSmallestShortcut;
  return fmt::format("small sub-layers: {:.3g}, at most {:g}: {}\nlarge shortcut: {:.3g}, at least {:g}: {}\n",
                     conditions.sublayer, kLargest,
                     verdict(conditions.small_sublayers(), kLargest / conditions.sublayer), conditions.shortcut,
                     kSmallest, verdict(conditions.large_shortcut(), conditions.shortcut / kSmallest));
}

std::string ceiling_text(const Assessment& of) {
  std::string text = fmt::format(
      "LR ceiling {:.3g} (critical LR {:.3g} over the largest bound of a feed-forward "
      "sub-layer, {:.3g})\n",
      of.ceiling(), of.critical_lr, amplification(of.architecture));
  if (of.changes.empty()) return text + "No single change of embedding, initialisation or norm raises it.\n";
  text += "What raises it:";
  for (const StabilityChange& change : of.changes)
    text += fmt::format(" {} to {:.3g}{}", change.description, change.lr_ceiling,
                        &change == &of.changes.back() ? ".\n" : ";");
  return text;
}

std::string forecast_text(const std::optional<OutcomeForecast>& forecast) {
  if (!forecast) return "";
  return fmt::format("P(spike) {:.2g} at the peak LR {:g} in {:g} steps; 10% at {:.3g}\n", forecast->probability,
                     forecast->peak_lr, forecast->steps, forecast->lr_of_10_percent);
}

std::string assessment_text(const Assessment& of) {
  constexpr std::size_t kShown = 4;  // first layers; then the last one
  TextTable table;
  table.add_row({"layer", "input s.d.", "attention <=", "measured", "feed-forward <=", "measured"});
  const std::size_t layers = of.bounds.ffn.size();
  for (std::size_t n = 0; n < std::min(kShown, layers); ++n) add_layer(table, of, n);
  if (layers > kShown + 1) table.add_row({"..."});
  if (layers > kShown) add_layer(table, of, layers - 1);
  return table.text() +
         fmt::format(
             "measured: mean to largest norm of {} random draws at d_model = {}\n"
             "all layers together stretch a gradient by at most e^{:.4g}\n",
             of.measured.draws, of.measured.d_model, of.bounds.log_product) +
         conditions_text(of.conditions) + ceiling_text(of) + forecast_text(of.forecast);
}

// The LR at which one in ten such trainings spikes.
double lr_of_10_percent(const SpikeRate& rate, const Architecture& architecture, double steps) {
  constexpr double kProbability = 0.1;
  double low = 1e-12, high = 1e3;
  while (high > low * (1 + 1e-6)) {
    const double middle = std::sqrt(low * high);
    (rate.probability(strained(architecture, middle, steps)) < kProbability ? low : high) = middle;
  }
  return low;
}

double number_between(const Flags& flags, const char* name, double lowest, double highest) {
  const double value = flags.positive_number(name);
  if (!(lowest <= value && value <= highest))
    flags.fail(name, fmt::format("it is not between {:g} and {:g}", lowest, highest), "no training is like that",
               "correct it");
  return value;
}

std::optional<OutcomeForecast> forecast_of(const Flags& flags, const Architecture& architecture) {
  if (!flags.has("outcomes")) {
    for (const char* flag : {"peak-lr", "steps"})
      if (flags.has(flag))
        flags.fail(flag, "it has no effect", "nothing is forecast without outcomes of other trainings",
                   "add --outcomes, or remove it");
    return std::nullopt;
  }
  for (const char* flag : {"peak-lr", "steps"})
    if (!flags.has(flag))
      throw InputError(fmt::format("--{} is missing", flag), "whether a training spikes depends on it", "add it");
  const double peak_lr = number_between(flags, "peak-lr", 1e-12, 1e4), steps = number_between(flags, "steps", 1, 1e12);
  const auto [rate, doubts] = rate_of_outcomes(flags.text("outcomes"));
  for (const std::string& doubt : doubts) report_warning(doubt);
  return OutcomeForecast{peak_lr, steps, rate.probability(strained(architecture, peak_lr, steps)),
                         lr_of_10_percent(rate, architecture, steps)};
}

Json with_provenance(Json object, const Flags& flags) {
  std::vector<std::filesystem::path> inputs = {flags.text("ARCHITECTURE")};
  if (flags.has("outcomes")) inputs.emplace_back(flags.text("outcomes"));
  object["provenance"] = provenance_json(make_provenance(flags.command_line(), inputs, "CPU"));
  return object;
}

Assessment assess(const Flags& flags) {
  const Architecture architecture = read_architecture(flags.text("ARCHITECTURE"));
  const double critical =
      flags.has("critical-lr") ? number_between(flags, "critical-lr", 1e-12, 1e4) : kUsualCriticalLr;
  constexpr std::int64_t kMostMeasured = 100'000;  // norms, a minute
  MeasureOptions options;
  options.draws = static_cast<int>(flags.whole_number("draws", 1, kMostMeasured / architecture.layers));
  const std::optional<OutcomeForecast> forecast = forecast_of(flags, architecture);
  options.threads = read_threads(flags);
  return {.architecture = architecture,
          .critical_lr = critical,
          .bounds = layer_bounds(architecture),
          .conditions = stability_conditions(architecture),
          .measured = measured_norms(architecture, options),
          .changes = raising_changes(architecture, critical),
          .forecast = forecast};
}

void run_stability(const Flags& flags) {
  const Assessment found = assess(flags);
  if (flags.has("json"))
    print_json(with_provenance(assessment_json(found), flags));
  else
    print(assessment_text(found));
}

}  // namespace

Command stability_command() {
  return {"stability",
          "says whether a transformer's initialisation lets losses spike, and up to which LR it does not",
          {{"ARCHITECTURE",
            "a TOML file with layers, d_model, heads, initialisation (standard, depth-scaled or xavier) and "
            "embedding (vanilla, scaled, layernorm or detach)"}},
          joined({{{"critical-lr", "LR",
                    "at which losses spike where layers stretch nothing (default: 0.008, from published runs)"},
                   {"outcomes", "CSV", "trainings of any architectures that spiked, and that did not"},
                   {"peak-lr", "LR", "of a training to come, whose P(spike) the outcomes tell"},
                   {"steps", "N", "of that training"},
                   {"draws", "N", "random draws by which each bound is checked", "16"}},
                  threads_flag(),
                  json_flag()}),
          {"losscast stability examples/stability/350m.toml", "losscast stability arch.toml --critical-lr 0.01 --json",
           "losscast stability examples/stability/13b.toml --outcomes examples/stability/outcomes.csv --peak-lr 3e-4 "
           "--steps 50000"},
          run_stability};
}

}  // namespace losscast
