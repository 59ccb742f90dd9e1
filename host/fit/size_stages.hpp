// Model sizes fitted one after another, each with what those before it tell.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "fit/size_chain.hpp"
#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/fit/fit_options.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

// The runs of each size.
using SizedCurves = std::map<double, std::vector<Curve>>;

// Throws InputError if a curve does not say its size.
SizedCurves by_size(std::span<const Curve> curves);

// All sizes but `params`, the one that is farthest from it first.
std::vector<double> stages_towards(const SizedCurves& curves, double params);

// Sizes that have been fitted, in this order, and what they say of the next one.
struct FittedSizes {
  std::vector<double> sizes;
  std::vector<Fit> fits;
  std::optional<SizeChain> chain;
};

// Fits sizes in any order, each beginning of such an order once.
class SizeStages {
 public:
  SizeStages(std::span<const Curve> curves, const SdeModel& model, const FitOptions& options);

  // The fits of these sizes. What is returned stays as it is while this lives.
  const FittedSizes& fitted(std::span<const double> order);

  // The fit of a size with what those of `order` say.
  Fit fit_of(double size, std::span<const double> order);

  const SizedCurves& curves() const { return curves_; }

 private:
  // With random numbers of the size's own, so that draws of two sizes have nothing in common by chance.
  Fit fit_after(const FittedSizes& before, double size, FitOptions options) const;
  Fit fit_with(const FittedSizes& before, double size, FitOptions options) const;

  SizedCurves curves_;
  const SdeModel& model_;
  FitOptions options_;
  std::map<std::vector<double>, FittedSizes> done_;
};

}  // namespace losscast
