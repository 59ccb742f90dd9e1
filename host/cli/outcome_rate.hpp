// The rate of spikes that outcomes of other trainings tell, through what their architectures amplify.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "losscast/hazard/spike_rate.hpp"
#include "losscast/stability/architecture.hpp"

namespace losscast {

// So many steps of a training at the strain LR x largest bound (15) of a layer.
std::vector<StrainedSteps> strained(const Architecture& architecture, double peak_lr, double steps);

// The rate that outcomes tell over these strains, and where they contradict it: sentences.
struct OutcomeRate {
  SpikeRate rate;
  std::vector<std::string> doubts;
};

// Throws InputError naming the file as read_outcomes() does, and if no rate follows.
OutcomeRate rate_of_outcomes(const std::filesystem::path& file);

}  // namespace losscast
