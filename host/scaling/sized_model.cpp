#include "losscast/scaling/sized_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

// The checkpoints for which `keeps` is true; models that have none are left out.
template <class Keeps>
std::vector<SizedModel> filtered(std::span<const SizedModel> models, const Keeps& keeps) {
  std::vector<SizedModel> left;
  for (const SizedModel& model : models) {
    SizedModel one = model;
    std::erase_if(one.checkpoints, [&](const Checkpoint& point) { return !keeps(model, point); });
    if (!one.checkpoints.empty()) left.push_back(std::move(one));
  }
  return left;
}

}  // namespace

std::vector<SizedModel> without_beginning(std::span<const SizedModel> models, double share) {
  LOSSCAST_EXPECTS(share >= 0 && share < 1);
  return filtered(models, [&](const SizedModel& model, const Checkpoint& point) {
    return point.tokens >= share * model.checkpoints.back().tokens;
  });
}

std::vector<SizedModel> above_tokens(std::span<const SizedModel> models, double tokens) {
  return filtered(models, [&](const SizedModel&, const Checkpoint& point) { return point.tokens > tokens; });
}

SizeSplit split_at(std::span<const SizedModel> models, double params) {
  SizeSplit split;
  for (const SizedModel& model : models) (model.params < params ? split.smaller : split.rest).push_back(model);
  if (split.smaller.empty())
    throw InputError(fmt::format("no model is smaller than {:.4g} parameters", params), "there is nothing to fit",
                     "split at a larger size");
  if (split.rest.empty())
    throw InputError(fmt::format("no model has {:.4g} parameters or more", params), "there is nothing to forecast",
                     "split at a smaller size");
  return split;
}

double largest_size(std::span<const SizedModel> models) {
  LOSSCAST_EXPECTS(!models.empty());
  return std::ranges::max_element(models, {}, &SizedModel::params)->params;
}

}  // namespace losscast
