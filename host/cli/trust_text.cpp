#include "cli/trust_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/output.hpp"
#include "io/json_number.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/forecast.hpp"

namespace losscast {

std::string doubts_headline(const std::vector<std::string>& doubts) {
  return doubts.empty() ? "" : fmt::format("Do not rely on this: {}.\n", fmt::join(doubts, "; "));
}

nlohmann::ordered_json trust_json(const std::vector<std::string>& doubts) {
  return {{"trusted", doubts.empty()}, {"doubts", doubts}};
}

nlohmann::ordered_json trust_json(const Fit& fit, const std::vector<std::string>& doubts_of_result) {
  nlohmann::ordered_json object = trust_json(both(doubts(fit), doubts_of_result));
  object["standing_peak_lr"] = number_or_null(standing_peak_lr(fit));
  return object;
}

std::string standing_text(const Fit& fit) {
  const double peak = standing_peak_lr(fit), highest = fit.seen.peak_lr_max;
  if (std::isinf(peak)) return "";
  const char* reason = peak < highest ? "those of its runs that went higher lose by it"
                                      : "no run of it shows where training becomes unstable";
  return fmt::format("The fit stands for peak LRs up to {:.3g}, {:.2g} times the highest that it has seen: {}.\n", peak,
                     peak / highest, reason);
}

void report_extrapolations(const std::vector<std::string>& extrapolations) {
  if (!extrapolations.empty())
    report_warning(fmt::format("extrapolation: {} (of the training curves)", fmt::join(extrapolations, "; ")));
}

std::vector<std::string> both(std::vector<std::string> first, const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace losscast
