// Tables of checkpoints in which the column of tokens holds their logarithm.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace losscast {

// A row of a table: what it says of tokens, and at which step.
struct TokensAtStep {
  double tokens, step;
};

// What the common logarithm of the tokens was multiplied by, if the rows of each model say that tokens are logarithms:
// they grow with the logarithm of the step, by the same slope everywhere, and not with the step itself.
std::optional<double> logarithm_unit(std::span<const std::vector<TokensAtStep>> models);

}  // namespace losscast
