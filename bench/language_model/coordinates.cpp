#include <fmt/format.h>

#include <array>

#include "bench/language_model/commands.hpp"
#include "bench/language_model/model.hpp"
#include "losscast/train/coordinate_check.hpp"

namespace losscast::bench {

namespace {

using ByRole = std::array<double, 3>;

// The mean over seeds of the slopes.
ByRole mean_slopes(const std::vector<int>& widths, Parameterisation parameterisation, int updates,
                   const cxxopts::ParseResult& given) {
  const int seeds = given["seeds"].as<int>();
  ByRole mean{};
  for (int seed = 0; seed < seeds; ++seed) {
    LanguageSettings settings = shallow_language_model(widths.front(), warmed_up(1e-3, updates));
    settings.seed = static_cast<std::uint64_t>(seed);
    const ByRole slopes = coordinate_slopes(settings, parameterisation, widths, given["threads"].as<int>());
    for (std::size_t role = 0; role < mean.size(); ++role) mean[role] += slopes[role] / seeds;
  }
  return mean;
}

}  // namespace

void coordinates(const cxxopts::ParseResult& given) {
  const auto widths = given["widths"].as<std::vector<int>>();
  fmt::print(
      "slope of log RMS(dW h) against log width, {} to {}: embeddings, last W2, logits after 1 and after 5 updates of "
      "Adam; mean of {} seeds\n",
      widths.front(), widths.back(), given["seeds"].as<int>());
  for (const auto& [name, parameterisation] : kParameterisations) {
    fmt::print("{:9}", name);
    for (const int updates : {1, 5}) {
      for (const double slope : mean_slopes(widths, parameterisation, updates, given)) fmt::print(" {:6.2f}", slope);
      fmt::print("   ");
    }
    fmt::print("expected");
    for (const auto& [role_name, role] : kLayerRoles)
      fmt::print(" {:4.1f}", learning_growth(Optimiser::adam, parameterisation, role));
    fmt::print("\n");
  }
}

}  // namespace losscast::bench
