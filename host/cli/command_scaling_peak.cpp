// `losscast scaling peak`: the best LR of a run to come, and what to expect of it.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "losscast/base/error.hpp"
#include "losscast/io/runs_file.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<double>& number) { return number ? Json(*number) : Json(nullptr); }

Json end_name(const std::optional<BatchEnd>& end) {
  if (!end) return nullptr;
  switch (*end) {
    case BatchEnd::smallest:
      return "smallest";
    case BatchEnd::largest:
      return "largest";
    case BatchEnd::only:
      return "only";
  }
  return nullptr;
}

Json advice_json(const PeakAdvice& advice, const std::vector<std::string>& against,
                 const std::vector<std::string>& far) {
  return {{"params", advice.setting.params},
          {"tokens", advice.setting.tokens},
          {"batch", advice.setting.batch},
          {"batch_at_end", end_name(advice.batch_at_end)},
          {"steps", advice.setting.steps()},
          {"best_lr", advice.setting.peak_lr},
          {"p_diverge", or_null(advice.divergence)},
          {"p_diverge_double", or_null(advice.divergence_at_double)},
          {"lr_1_percent", or_null(advice.lr_of_1_percent)},
          {"lr_10_percent", or_null(advice.lr_of_10_percent)},
          {"smoothed_loss", advice.smoothed_loss},
          {"last_batch_offset", advice.last_batch_offset},
          {"error", or_null(advice.error)},
          {"doubts", against},
          {"extrapolations", far}};
}

// Tables hold too few runs to tell rarer events.
std::string rounded(double probability) {
  constexpr double kRarest = 1e-3;
  return probability < kRarest ? "below 0.1%" : fmt::format("{:.2g}%", 100 * probability);
}

const char* batch_remark(const PeakAdvice& advice, bool batch_was_given) {
  if (batch_was_given) return "";
  if (!advice.batch_at_end) return " (the best of those seen)";
  switch (*advice.batch_at_end) {
    case BatchEnd::smallest:
      return " (the best of those seen, and the smallest: a smaller one may be better still)";
    case BatchEnd::largest:
      return " (the best of those seen, and the largest: a larger one may be better still)";
    case BatchEnd::only:
      return " (the only one seen)";
  }
  return "";
}

std::string error_text(const std::optional<double>& error) {
  return error ? fmt::format("such forecasts are {:.4f} off on average", *error)
               : "how far such forecasts are off is not known";
}

std::string advice_text(const PeakAdvice& advice, bool batch_was_given) {
  std::string text =
      fmt::format("best peak LR {:.4g}, at {:.4g} tokens per step{}, {:.6g} steps\n", advice.setting.peak_lr,
                  advice.setting.batch, batch_remark(advice, batch_was_given), std::round(advice.setting.steps()));
  if (advice.divergence)
    text += fmt::format("P(diverge) {} there, {} at twice the LR; at most 1% up to {:.4g}, at most 10% up to {:.4g}\n",
                        rounded(*advice.divergence), rounded(*advice.divergence_at_double), *advice.lr_of_1_percent,
                        *advice.lr_of_10_percent);
  text += fmt::format("final loss {:.4f} nats, smoothed; {}\n", advice.smoothed_loss, error_text(advice.error));
  if (advice.last_batch_offset != 0)
    text += fmt::format("the last batch of such runs is known: its own loss lies {:+.4f} from the smoothed one\n",
                        advice.last_batch_offset);
  return text;
}

void run_peak(const Flags& flags) {
  const RunsFit fit = read_runs_fit(flags.text("LAWS"));
  for (const char* one : {"params", "tokens"})
    if (!flags.has(one))
      throw InputError(fmt::format("--{} is missing", one), "the best LR depends on it", "give a number such as 7e8");
  std::optional<double> batch;
  if (flags.has("batch")) batch = flags.positive_number("batch");
  const PeakAdvice advice = advise(fit, flags.positive_number("params"), flags.positive_number("tokens"), batch);
  const std::vector<std::string> far = extrapolations(fit, advice.setting), against = doubts(fit);
  std::vector<std::string> reasons = against;
  reasons.insert(reasons.end(), far.begin(), far.end());
  for (const std::string& reason : reasons) report_warning(reason + ".");
  if (!fit.divergence) report_note("nothing is known of divergence: " + reason_without_classifier(fit) + ".");
  if (flags.has("json"))
    print_json(advice_json(advice, against, far));
  else
    print(advice_text(advice, batch.has_value()));
  require_reliable(flags, reasons);
}

}  // namespace

Command scaling_peak_command() {
  return {"scaling peak",
          "gives the best LR of a run to come, its risk of divergence, and its final loss",
          {{"LAWS", "the laws, as `losscast scaling runs` wrote them"}},
          joined({{{"params", "N", "parameters of the model"},
                   {"tokens", "N", "tokens that it is trained on"},
                   {"batch", "N", "tokens per step (default: the best of those seen)"}},
                  strict_flag(),
                  json_flag()}),
          {"losscast scaling peak runs.json --params 7e8 --tokens 3e10 --batch 1e6"},
          run_peak};
}

}  // namespace losscast
