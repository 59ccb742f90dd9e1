#include "cli/lost_paths.hpp"

#include <fmt/format.h>

#include <cmath>

#include "losscast/base/counted.hpp"

namespace losscast {
namespace {

bool are_all_lost(const Statistics& statistics) { return statistics.diverged_share == 1; }

}  // namespace

std::string lost_paths_text(const Statistics& statistics, std::int64_t paths) {
  if (statistics.status == Status::ok) return "";
  const std::int64_t lost = std::llround(statistics.diverged_share * static_cast<double>(paths));
  const bool is_one = lost == 1;
  std::string count = fmt::format("{} of {}", lost, counted(paths, "path"));
  if (are_all_lost(statistics)) count = paths == 1 ? "the only path" : fmt::format("all {} paths", paths);
  if (statistics.status == Status::non_finite) return count + (is_one ? " is no number" : " are no numbers");
  return count + (is_one ? " diverges" : " diverge");
}

std::vector<std::string> lost_paths_warnings(const Statistics& statistics, std::int64_t paths) {
  const std::string lost = lost_paths_text(statistics, paths);
  if (lost.empty()) return {};
  if (are_all_lost(statistics)) return {lost + ": there is no loss to tell"};
  return {lost + "; the losses are those of the paths that survive, but for quantiles, in which the others come last"};
}

std::vector<std::string> lost_paths_doubts(const Statistics& statistics, std::int64_t paths) {
  if (statistics.diverged_share <= kMostLost) return {};
  const std::string lost = lost_paths_text(statistics, paths);
  if (are_all_lost(statistics)) return {lost};
  return {fmt::format("{}, more than {:g}%", lost, 100 * kMostLost)};
}

std::vector<std::string> lost_paths_warnings(std::size_t lost, std::size_t candidates, const RankedCandidate& first) {
  if (lost == 0) return {};
  std::vector<std::string> warnings = {
      fmt::format("{} of {} lost paths, as their `status` says; {}", lost, counted(candidates, "candidate"),
                  lost < candidates ? "they are ranked last" : "none counts as one of the best")};
  for (const std::string& warning : lost_paths_warnings(first.statistics, first.paths))
    warnings.push_back("of the first candidate, " + warning);
  return warnings;
}

std::vector<std::string> lost_paths_doubts(const RankedCandidate& first) {
  std::vector<std::string> doubts = lost_paths_doubts(first.statistics, first.paths);
  for (std::string& doubt : doubts) doubt = "of the first candidate, " + doubt;
  return doubts;
}

}  // namespace losscast
