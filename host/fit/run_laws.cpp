#include "fit/run_laws.hpp"

#include <algorithm>
#include <cmath>

#include "fit/laws_of_draws.hpp"
#include "fit/observations.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

constexpr Step kMostBlocks = 500;            // of a run, beside those that the steps asked for cut
constexpr std::int64_t kDrawsTogether = 32;  // that one thread takes at a time
constexpr auto kScheme = Scheme::exact_moments;

std::vector<double> deviations(const std::vector<LossMoments>& moments) {
  std::vector<double> out;
  for (const LossMoments& one : moments) out.push_back(std::sqrt(std::max(0.0, one.variance)));
  return out;
}

}  // namespace

RunLaws laws_along(const LossSde& sde, const Recipe& recipe, std::span<const Step> steps, int threads) {
  LOSSCAST_EXPECTS(!sde.draws.empty() && !steps.empty() && steps.front() >= 1);
  const auto cut = [&](Step longest) {
    return compress(*sde.model, recipe, sde.reference, sde.weight_decay, steps, longest);
  };
  const CompressedRun coarse = cut(std::max(kFitBlock, steps.back() / kMostBlocks)), fine = cut(kFitBlock);
  PathNoise noise = sde.noise;
  noise.run_offset = 0;
  const auto moments = [&](const CompressedRun& run, const std::vector<double>& draw, const PathNoise& by) {
    return sde.model->moments(run.table, draw, by, kScheme, run.after);
  };
  const std::vector<double> middle = mean_draw(sde.draws);
  const std::vector<LossMoments> exact = moments(fine, middle, noise), rough = moments(coarse, middle, noise);
  RunLaws laws{{steps.begin(), steps.end()}, {}, {}, {}};
  const PathNoise startup{.startup_shift = noise.startup_shift};
  laws.startup_deviation = deviations(moments(coarse, middle, startup));
  PathNoise fast = noise;
  fast.startup_shift = 0;
  laws.fast_deviation = deviations(moments(coarse, middle, fast));
  const auto count = static_cast<std::int64_t>(sde.draws.size());
  laws.means.resize(static_cast<Eigen::Index>(steps.size()), count);
  parallel_for((count + kDrawsTogether - 1) / kDrawsTogether, threads, [&](std::int64_t part) {
    for (std::int64_t d = part * kDrawsTogether; d < std::min(count, (part + 1) * kDrawsTogether); ++d) {
      const std::vector<LossMoments> one = moments(coarse, sde.draws[static_cast<std::size_t>(d)], noise);
      for (std::size_t i = 0; i < steps.size(); ++i)
        laws.means(static_cast<Eigen::Index>(i), d) = one[i].mean + exact[i].mean - rough[i].mean;
    }
  });
  return laws;
}

}  // namespace losscast
