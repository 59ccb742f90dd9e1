#include "io/manifest_warnings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "losscast/format/number_text.hpp"
#include "losscast/text/listing.hpp"

namespace losscast {

namespace {

// Optimisers whose weight norm a model of losscast follows.
const std::vector<std::string> kOptimisersWithNormModel = {"adamw"};

std::string batch_text(const StepValues& batch) {
  return batch.is_constant() ? number_text(batch.at(0)) : fmt::format("stairs from {} on", number_text(batch.at(0)));
}

}  // namespace

std::vector<std::string> optimiser_warnings(const std::vector<Curve>& curves) {
  std::map<std::string, std::vector<std::string>> curves_by_optimiser;
  for (const Curve& curve : curves)
    if (std::find(kOptimisersWithNormModel.begin(), kOptimisersWithNormModel.end(), curve.optimizer) ==
        kOptimisersWithNormModel.end())
      curves_by_optimiser[curve.optimizer].push_back(curve.name);

  std::vector<std::string> warnings;
  for (const auto& [optimiser, names] : curves_by_optimiser)
    warnings.push_back(fmt::format(
        "optimizer \"{}\" of {} has no model of its weight norm (known: {}). Fit with --model power, which needs none.",
        optimiser, listing(names), fmt::join(kOptimisersWithNormModel, ", ")));
  return warnings;
}

std::vector<std::string> batch_warnings(const std::vector<Curve>& curves) {
  std::vector<std::pair<StepValues, std::vector<std::string>>> curves_by_batch;
  for (const Curve& curve : curves) {
    if (!curve.recipe.batch) continue;
    auto known = std::find_if(curves_by_batch.begin(), curves_by_batch.end(),
                              [&](const auto& group) { return group.first == *curve.recipe.batch; });
    if (known == curves_by_batch.end()) known = curves_by_batch.insert(known, {*curve.recipe.batch, {}});
    known->second.push_back(curve.name);
  }
  if (curves_by_batch.size() < 2) return {};
  std::vector<std::string> groups;
  for (const auto& [batch, names] : curves_by_batch)
    groups.push_back(fmt::format("{} ({})", batch_text(batch), listing(names)));
  return {
      fmt::format("the curves differ in tokens_per_step: {}. If that is no slip, fit each batch size on its own, or "
                  "all with a model "
                  "that follows it, as --model adamw does within a few times; --model power takes no notice of it.",
                  listing(groups))};
}

std::vector<std::string> data_warnings(const std::vector<ReadCurve>& curves) {
  std::map<std::string, std::vector<std::string>> curves_by_data;
  for (const ReadCurve& one : curves)
    if (!one.data.empty()) curves_by_data[one.data].push_back(one.curve.name);
  if (curves_by_data.size() < 2) return {};
  std::vector<std::string> groups;
  for (const auto& [data, names] : curves_by_data) groups.push_back(fmt::format("\"{}\" ({})", data, listing(names)));
  return {
      fmt::format("the curves differ in data: {}. A fit has one law of the loss, so fit those of each data by "
                  "themselves.",
                  listing(groups))};
}

}  // namespace losscast
