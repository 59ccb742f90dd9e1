// The error of a fitted law where the ends of some runs are known.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fit/law_error.hpp"

namespace losscast {

// Where a law's error is known, but for a run's own noise.
struct KnownEnd {
  RecipeFeatures features;
  double deviation;  // of the law's error there [nats]
  double noise;      // standard deviation of the run's end around its mean [nats]
};

// Samples of the law's error, of any deviation at any recipe, given that it is 0 at the ends of some runs up to their
// noise: each sample less what its own values there, with a sample of the noise, say of the rest (Matheron's rule;
// Journel and Huijbregts 1978). Without such runs, deviation times UnitLawError.
class LawErrorGivenRuns {
 public:
  LawErrorGivenRuns(std::uint64_t seed, std::int64_t samples) : seed_(seed), samples_(samples), unit_(seed, samples) {}

  // Takes the place of earlier ones.
  void know(std::vector<KnownEnd> ends);

  // out[sample] = the error at a recipe where its deviation is this one. Precondition: out.size() is that of samples.
  void errors(const RecipeFeatures& features, double deviation, std::span<double> out) const;

 private:
  std::uint64_t seed_;
  std::int64_t samples_;
  UnitLawError unit_;
  std::vector<KnownEnd> ends_;
  std::vector<std::vector<double>> weights_;  // of the ends' covariances with a place, [end][sample]
};

}  // namespace losscast
