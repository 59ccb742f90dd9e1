// Finds by linear regression the part of a mean's units that follows from their parameter draws, and takes it out.
#pragma once

#include <span>
#include <vector>

#include "losscast/model/loss_sde.hpp"

namespace losscast {

// The parameters that differ among the draws, each shifted and scaled to mean 0 and variance 1 over all of them.
class DrawParameters {
 public:
  DrawParameters() = default;  // no draws
  explicit DrawParameters(const ParameterDraws& draws);

  std::size_t count() const { return count_; }
  std::span<const double> of_draw(std::size_t draw) const { return std::span(values_).subspan(draw * count_, count_); }

 private:
  std::size_t count_ = 0;
  std::vector<double> values_;
};

// Unit i has draw (first_draw + i) mod the number of draws, each of which has a `twin`. With x the draw's parameters
// and the first three powers of its twin, less their means over all draws, and b the units' regression on x, a unit u
// becomes u - b x: a control variate of known mean 0, with estimated coefficients. The units' spread around their mean
// is then widened, so that by their number alone it tells the error of a mean that has had its coefficients estimated.
//
// Nothing is done where that cannot pay: with two units or more for each draw, or fewer than eight for each
// coefficient.
void take_out_draws(std::vector<double>& units, std::size_t first_draw, const DrawParameters& parameters,
                    std::span<const float> twins);

}  // namespace losscast
