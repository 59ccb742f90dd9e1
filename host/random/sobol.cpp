#include "losscast/random/sobol.hpp"

#include <array>

#include "losscast/random/counter.hpp"

namespace losscast {
namespace {

constexpr int kDigits = 32;

// A primitive polynomial x^degree + a_1 x^(degree-1) + ... + 1, its inner coefficients as bits, and the first direction
// numbers (Joe & Kuo, SIAM J. Sci. Comput. 30, 2635, 2008; their table for the best two-dimensional projections).
struct Polynomial {
  int degree;
  std::uint32_t inner;
  std::array<std::uint32_t, 6> first;
};
constexpr std::array<Polynomial, kSobolDimensions - 1> kPolynomials = {{
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
}};

using Directions = std::array<std::uint32_t, kDigits>;

// Column i of a dimension's generator matrix: what digit i of the index contributes. Dimension 0 is van der Corput's.
constexpr Directions directions_of(int dimension) {
  Directions v{};
  if (dimension == 0) {
    for (int i = 0; i < kDigits; ++i) v[static_cast<std::size_t>(i)] = std::uint32_t{1} << (kDigits - 1 - i);
    return v;
  }
  const Polynomial& polynomial = kPolynomials[static_cast<std::size_t>(dimension - 1)];
  const int degree = polynomial.degree;
  for (int i = 0; i < kDigits; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (i < degree) {
      v[at] = polynomial.first[at] << (kDigits - 1 - i);
      continue;
    }
    const auto back = static_cast<std::size_t>(i - degree);
    v[at] = v[back] ^ (v[back] >> degree);
    for (int k = 1; k < degree; ++k)
      if ((polynomial.inner >> (degree - 1 - k) & 1U) != 0) v[at] ^= v[static_cast<std::size_t>(i - k)];
  }
  return v;
}

constexpr std::array<Directions, kSobolDimensions> kDirections = [] {
  std::array<Directions, kSobolDimensions> all{};
  for (int dimension = 0; dimension < kSobolDimensions; ++dimension)
    all[static_cast<std::size_t>(dimension)] = directions_of(dimension);
  return all;
}();

}  // namespace

double sobol(const SobolRandomisation& randomisation, std::uint32_t index, int dimension) {
  const Directions& v = kDirections[static_cast<std::size_t>(dimension)];
  const auto& [seed, stream, number] = randomisation;
  std::uint32_t digits = random_bits(seed, stream, number, static_cast<std::uint32_t>(dimension), 1).word[0];
  for (int i = 0; i < kDigits; ++i)
    if ((index >> i & 1U) != 0) digits ^= v[static_cast<std::size_t>(i)];
  return digits * 0x1p-32;
}

}  // namespace losscast
