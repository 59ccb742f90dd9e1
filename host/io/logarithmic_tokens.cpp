#include "io/logarithmic_tokens.hpp"

#include <algorithm>
#include <cmath>

namespace losscast {

namespace {

constexpr std::size_t kFewestRows = 3;  // of a model that tells anything
constexpr double kSameSlope = 1e-4;     // relative difference of the slopes between neighbours
constexpr double kProportional = 0.05;  // relative difference of tokens a step, as of rounded numbers

bool tells(const std::vector<TokensAtStep>& rows) {
  return rows.size() >= kFewestRows &&
         std::ranges::all_of(rows, [](const TokensAtStep& row) { return row.step > 0 && row.tokens > 0; });
}

bool grows_with_steps(const std::vector<TokensAtStep>& rows) {
  const double first = rows.front().tokens / rows.front().step;
  return std::ranges::all_of(
      rows, [&](const TokensAtStep& row) { return std::abs(row.tokens / row.step / first - 1) < kProportional; });
}

// Of tokens over the common logarithm of the step, from the first row to another one.
double slope(const TokensAtStep& first, const TokensAtStep& row) {
  return (row.tokens - first.tokens) / std::log10(row.step / first.step);
}

// To seven digits: the file's own are rounded, and the unit stands in an exponent.
double rounded(double unit) {
  constexpr double kDigits = 7;
  const double last_digit = std::pow(10.0, std::floor(std::log10(unit)) - kDigits + 1);
  return std::round(unit / last_digit) * last_digit;
}

}  // namespace

std::optional<double> logarithm_unit(std::span<const std::vector<TokensAtStep>> models) {
  std::optional<double> unit;
  for (const std::vector<TokensAtStep>& rows : models) {
    if (!tells(rows)) continue;
    if (grows_with_steps(rows)) return std::nullopt;
    if (!unit) unit = slope(rows.front(), rows.back());
    for (std::size_t i = 1; i < rows.size(); ++i)
      if (!(std::abs(slope(rows.front(), rows[i]) / *unit - 1) < kSameSlope)) return std::nullopt;
  }
  return unit ? std::optional(rounded(*unit)) : std::nullopt;
}

}  // namespace losscast
