#include "losscast/text/listing.hpp"

#include <algorithm>
#include <cstddef>

namespace losscast {

std::string listing(std::span<const std::string> names) {
  constexpr std::size_t kNamed = 3;
  const std::size_t shown = names.size() <= kNamed + 1 ? names.size() : kNamed;
  std::string text;
  for (const std::string& name : names.first(shown)) text += (text.empty() ? "" : ", ") + name;
  if (shown < names.size()) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

}  // namespace losscast
