// How long something takes, in words.
#pragma once

#include <string>

namespace losscast {

// "3 minutes", "2 hours": rounded, as predictions are. From a minute on.
std::string duration_text(double seconds);

}  // namespace losscast
