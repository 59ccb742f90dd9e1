// More flags for a command line, each of which may be given once.
#pragma once

#include <algorithm>

#include "tests/cli/program.hpp"

namespace losscast::test {

// A flag that `words` have already takes its new value; the others come behind.
inline Words with_flags(Words words, const Words& flags) {
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const bool has_value = flags[i].starts_with("--") && i + 1 < flags.size() && !flags[i + 1].starts_with("--");
    const auto known = std::find(words.begin(), words.end(), flags[i]);
    if (has_value && known != words.end()) {
      *(known + 1) = flags[++i];
      continue;
    }
    words.push_back(flags[i]);
    if (has_value) words.push_back(flags[++i]);
  }
  return words;
}

}  // namespace losscast::test
