#include "losscast/io/sweep_spikes.hpp"

#include <fmt/format.h>

#include <vector>

#include "losscast/io/spikes_text.hpp"
#include "losscast/io/sweep_file.hpp"

namespace losscast {

SweepConfig read_sweep_with_spikes(const std::filesystem::path& file, std::span<const std::string> settings,
                                   const Fit& fit) {
  SweepConfig config = read_sweep(file, settings);
  const Spikes& spikes = fit.hazard.spikes;
  const bool is_limited =
      config.limits.spike_probability || config.limits.divergence_probability || config.divergence_cost > 0;
  if (config.has_spikes || (!spikes.any() && !is_limited)) return config;
  std::vector<std::string> all(settings.begin(), settings.end());
  all.push_back(fmt::format("spikes={}", spikes.any() ? spikes_text(spikes) : "\"none\""));
  if (config.race && spikes.barrier_limit > 0 && !config.limits.divergence_probability && config.divergence_cost == 0)
    all.push_back(fmt::format("limits.p_diverge={}", kUsualDivergenceLimit));
  return read_sweep(file, all);
}

}  // namespace losscast
