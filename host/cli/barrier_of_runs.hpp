// The barrier by which runs diverge as often as the classifier of finished runs says.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/flags.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/scaling/runs_fit.hpp"

namespace losscast {

// P(diverge) at a peak LR, by both.
struct DivergenceRow {
  double peak_lr = 0, classifier = 0, barrier = 0;
  bool matched = false;  // whether the barrier was found there

  // The difference of the logits, barrier over classifier.
  double logit_difference() const;
};

struct BarrierOfRuns {
  Spikes barrier;
  Step steps = 0;                   // of the runs
  std::vector<DivergenceRow> rows;  // ascending
  std::vector<std::string> doubts;  // runs unlike those of the classifier, or a barrier that is not near it
};

// --divergence, and what it needs: --tokens, --batch, --params, --schedule
std::vector<Flag> divergence_flags();

// The laws in the file of --divergence. Throws InputError if there is no classifier among them.
RunsFit read_classifier(const Flags& flags);

// The barrier by these laws, for the fit's scale of LRs. Throws InputError for flags that do not go together.
BarrierOfRuns barrier_of_runs(const RunsFit& laws, const Flags& flags, const Fit& fit);

// A table, and the deviations in a line.
std::string barrier_text(const BarrierOfRuns& found);
nlohmann::ordered_json barrier_json(const BarrierOfRuns& found);

}  // namespace losscast
