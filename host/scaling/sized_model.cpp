#include "losscast/scaling/sized_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

// Of checkpoints that are put together.
class Mean {
 public:
  void add(const Checkpoint& point) {
    log_tokens_ += point.rows * std::log(point.tokens);
    log_loss_ += point.rows * std::log(point.loss);
    rows_ += point.rows;
  }
  Checkpoint checkpoint() const { return {std::exp(log_tokens_ / rows_), std::exp(log_loss_ / rows_), rows_}; }

 private:
  double log_tokens_ = 0, log_loss_ = 0;
  int rows_ = 0;
};

// Precondition: tokens ascend, from the first to another one.
std::vector<Checkpoint> put_together(std::span<const Checkpoint> points, int parts) {
  const double first = std::log(points.front().tokens), last = std::log(points.back().tokens);
  const auto part = [&](const Checkpoint& point) {
    return std::min(std::floor(parts * (std::log(point.tokens) - first) / (last - first)), parts - 1.0);
  };
  std::vector<Checkpoint> means;
  for (auto begin = points.begin(); begin != points.end();) {
    const auto end =
        std::find_if(begin, points.end(), [&](const Checkpoint& point) { return part(point) != part(*begin); });
    Mean mean;
    for (auto point = begin; point != end; ++point) mean.add(*point);
    means.push_back(mean.checkpoint());
    begin = end;
  }
  return means;
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

std::vector<SizedModel> thinned(std::span<const SizedModel> models, int most) {
  LOSSCAST_EXPECTS(most >= 2);
  std::vector<SizedModel> thin(models.begin(), models.end());
  for (SizedModel& model : thin)
    if (std::ssize(model.checkpoints) > most) model.checkpoints = put_together(model.checkpoints, most);
  return thin;
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
