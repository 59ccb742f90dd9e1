/// \file
/// Lists of names in a sentence.
#pragma once

#include <span>
#include <string>

namespace losscast {

/// "a", "a, b" or "a, b, c and 9 more": the first three names, or all four of four.
std::string listing(std::span<const std::string> names);

}  // namespace losscast
