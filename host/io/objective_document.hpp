// An objective in a document: "mean", or a table such as { tail_mean = 0.95 }.
#pragma once

#include <string>

#include "format/document.hpp"
#include "losscast/race/objective.hpp"

namespace losscast {

// Throws InputError naming the place if it is neither, or the level is not between 0 and 1.
Objective read_objective(const DocumentNode& node);

// Returns the text from which read_objective() would read the same objective again.
std::string objective_text(const Objective& objective);

}  // namespace losscast
