#include "cli/trust_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "cli/output.hpp"

namespace losscast {

std::string doubts_headline(const std::vector<std::string>& doubts) {
  return doubts.empty() ? "" : fmt::format("Do not rely on this: {}.\n", fmt::join(doubts, "; "));
}

nlohmann::ordered_json trust_json(const std::vector<std::string>& doubts) {
  return {{"trusted", doubts.empty()}, {"doubts", doubts}};
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
