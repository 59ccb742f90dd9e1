// "Did you mean": what to do about a word that is not one of those allowed.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace losscast {

// `Did you mean "x"?` with the candidate nearest to `word`, or `otherwise` if none is near.
std::string suggestion(std::string_view word, std::span<const std::string> candidates, std::string_view otherwise);

}  // namespace losscast
