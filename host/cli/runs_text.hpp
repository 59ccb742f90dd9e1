// The laws of finished runs, and their scores, for people.
#pragma once

#include <optional>
#include <string>

#include "losscast/scaling/runs_score.hpp"

namespace losscast {

std::string runs_text(const RunsFit& fit);

// A line that says why, if there are no scores.
std::string score_text(const std::optional<RunsScore>& score);

}  // namespace losscast
