#include <fmt/format.h>

#include <array>

#include "bench/language_model/commands.hpp"
#include "bench/language_model/model.hpp"
#include "losscast/train/coordinate_check.hpp"

namespace losscast::bench {

namespace {

using ByRole = std::array<double, 3>;

ByRole slopes(const std::vector<int>& widths, Parameterisation parameterisation, int updates, int seeds) {
  ByRole mean{};
  for (int seed = 0; seed < seeds; ++seed) {
    std::array<std::vector<double>, 3> changes;
    for (const int width : widths) {
      LanguageSettings settings = model_at(width, {widths.front(), parameterisation}, warmed_up(1e-3, updates));
      settings.seed = static_cast<std::uint64_t>(seed);
      const ByRole found = output_changes(settings);
      for (std::size_t role = 0; role < found.size(); ++role) changes[role].push_back(found[role]);
    }
    for (std::size_t role = 0; role < changes.size(); ++role) mean[role] += log_slope(widths, changes[role]) / seeds;
  }
  return mean;
}

}  // namespace

void coordinates(const cxxopts::ParseResult& given) {
  const auto widths = given["widths"].as<std::vector<int>>();
  const int seeds = given["seeds"].as<int>();
  fmt::print(
      "slope of log RMS(dW h) against log width, {} to {}: embeddings, last W2, logits after 1 and after 5 updates of "
      "Adam; mean of {} seeds\n",
      widths.front(), widths.back(), seeds);
  for (const auto& [name, parameterisation] : kParameterisations) {
    fmt::print("{:9}", name);
    for (const int updates : {1, 5}) {
      for (const double slope : slopes(widths, parameterisation, updates, seeds)) fmt::print(" {:6.2f}", slope);
      fmt::print("   ");
    }
    fmt::print("expected");
    for (const auto& [role_name, role] : kLayerRoles)
      fmt::print(" {:4.1f}", learning_growth(Optimiser::adam, parameterisation, role));
    fmt::print("\n");
  }
}

}  // namespace losscast::bench
