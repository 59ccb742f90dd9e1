// Reads a fit from the content of fit.json.
#pragma once

#include "format/document.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// Throws InputError naming the place and the path of a key that is missing or of a value that cannot be.
Fit read_fit_document(const DocumentNode& root);

}  // namespace losscast
