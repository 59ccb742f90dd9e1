#include "losscast/jobs/differing_key.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace losscast {

std::string differences_text(std::span<const DifferingKey> keys) {
  std::vector<std::string> texts;
  for (const DifferingKey& key : keys)
    texts.push_back(fmt::format("{}: {} there, {} now", key.key, key.before.empty() ? "none" : key.before,
                                key.now.empty() ? "none" : key.now));
  return fmt::format("{}", fmt::join(texts, "; "));
}

}  // namespace losscast
