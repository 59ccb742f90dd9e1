// The optimiser that settings ask for.
#pragma once

#include <memory>

#include "train/matrix_optimiser.hpp"

namespace losscast {

// Whether MatrixBatch::curvature is read.
bool reads_curvature(Optimiser optimiser);

// An optimiser of one matrix, with what it remembers from step to step. Throws ArgumentError for a damping that is
// missing, and a rule that the optimiser does not have.
std::unique_ptr<MatrixOptimiser> make_matrix_optimiser(Optimiser optimiser, const MatrixSettings& settings);

}  // namespace losscast
