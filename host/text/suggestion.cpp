#include "text/suggestion.hpp"

#include <fmt/format.h>

#include "losscast/text/nearest.hpp"

namespace losscast {

std::string suggestion(std::string_view word, std::span<const std::string> candidates, std::string_view otherwise) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? std::string(otherwise) : fmt::format("Did you mean \"{}\"?", near);
}

}  // namespace losscast
