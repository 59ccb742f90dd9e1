#include <fmt/format.h>

#include <array>

#include "bench/width/commands.hpp"
#include "bench/width/methods.hpp"
#include "losscast/train/coordinate_check.hpp"

namespace losscast::bench {

namespace {

using ByRole = std::array<double, 3>;

// The mean over seeds of the slopes.
ByRole mean_slopes(TrainingSettings settings, Parameterisation parameterisation, const std::vector<int>& widths,
                   const cxxopts::ParseResult& given) {
  const int seeds = given["seeds"].as<int>();
  ByRole mean{};
  for (int seed = 0; seed < seeds; ++seed) {
    settings.seed = static_cast<std::uint64_t>(seed);
    const ByRole slopes = coordinate_slopes(settings, parameterisation, widths, given["threads"].as<int>());
    for (std::size_t role = 0; role < mean.size(); ++role) mean[role] += slopes[role] / seeds;
  }
  return mean;
}

void print_row(const Method& method, Parameterisation parameterisation, const std::vector<int>& widths,
               const cxxopts::ParseResult& given) {
  fmt::print("{:9} {:16}", name_in(kParameterisations, parameterisation), method.name);
  for (const int updates : {1, 5}) {
    TrainingSettings settings = narrowest(method, parameterisation, method.lr / 8);
    settings.steps = updates;
    for (const double slope : mean_slopes(settings, parameterisation, widths, given)) fmt::print(" {:6.2f}", slope);
    fmt::print("   ");
  }
  fmt::print("expected");
  for (const auto& [name, role] : kLayerRoles)
    fmt::print(" {:4.1f}", learning_growth(method.optimiser, parameterisation, role));
  fmt::print("\n");
}

}  // namespace

void coordinates(const cxxopts::ParseResult& given) {
  const std::vector<int> widths = given["widths"].as<std::vector<int>>();
  fmt::print(
      "slope of log RMS(dW h) against log width, {} to {}: input, hidden, output layer after 1 and after 5 "
      "updates; mean of {} seeds\n",
      widths.front(), widths.back(), given["seeds"].as<int>());
  for (const auto& [name, parameterisation] : kParameterisations)
    for (const std::span<const Method> list : {methods(), methods_with_given_damping()})
      for (const Method& method : list) print_row(method, parameterisation, widths, given);
}

}  // namespace losscast::bench
