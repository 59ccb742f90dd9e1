// The whole derivative of a layer.
#pragma once

#include "train/layer.hpp"

namespace losscast {

// Of the outputs by the inputs at these ones, which may be one example or a whole sequence; both are taken column by
// column. The layer treats copies of them beside each other alike, and its outputs have the shape of its inputs.
FineMatrix jacobian(Layer& layer, const Matrix& inputs);

// The largest singular value.
double spectral_norm(const FineMatrix& matrix);

}  // namespace losscast
