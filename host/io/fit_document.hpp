// Reads a fit from the content of fit.json.
#pragma once

#include <optional>
#include <vector>

#include "format/document.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// Throws InputError naming the place and the path of a key that is missing or of a value that cannot be.
Fit read_fit_document(const DocumentNode& root);

// The ranges that a fit's curves covered, its `seen`. Throws likewise.
RangesSeen read_ranges(const DocumentNode& node);

// The sizes of the fits that a file of several holds; none if it holds one fit. Throws InputError unless they ascend.
std::vector<double> read_sizes_document(const DocumentNode& root);

// Of a file of several fits, that of the size `params`, which must be given then and be one of them. Of a file with one
// fit, that, which must be of the size if one is given.
Fit read_fit_document(const DocumentNode& root, const std::optional<double>& params);

}  // namespace losscast
