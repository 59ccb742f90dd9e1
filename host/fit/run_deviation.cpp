#include "fit/run_deviation.hpp"

namespace losscast {

// The law has one offset for all recipes.
double run_deviation(const LossSde& sde, const Recipe&) { return static_cast<double>(sde.noise.run_offset); }

}  // namespace losscast
