// The public curves of the Multi-Power Law's authors, as laid out in a folder of one model size: runs.csv (a row a run:
// run,family,total_steps,warmup_steps,decay_start,peak_lr,final_lr,published_split) and RUN.csv (step,loss).
#pragma once

#include <filesystem>
#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast::bench {

enum class Split { train, test };

struct PublicCurve {
  Curve curve;
  Step warmup_steps;
  Split split;  // as published: three curves to fit, six to test on
};

// All runs of runs.csv, in its order. Throws InputError or IoError, naming the file, if one is missing or malformed.
std::vector<PublicCurve> read_public_curves(const std::filesystem::path& folder);

std::vector<Curve> curves_of(const std::vector<PublicCurve>& all, Split split);

}  // namespace losscast::bench
