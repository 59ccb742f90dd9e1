// Simulated rates of escape over three decades, beside the theory that the escape features are made of.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "losscast/features/double_well.hpp"

// bench_escape_rates [PASSAGES]: so many are waited for at each height of the barrier (default: 3000, minutes).
int main(int count, char** words) {
  using namespace losscast;
  constexpr double kLr = .05;
  constexpr std::int64_t kPaths = 16;
  const double passages = count > 1 ? std::stod(words[1]) : 3000;
  fmt::print(
      "barrier/T  updates   passages  simulated  simulated/SGD  simulated/diffusion  diffusion/Kramers  "
      "SGD/diffusion\n");
  for (int height = 2; height <= 9; ++height) {
    const DoubleWell well = {.curvature = 1, .barrier = 1, .noise = 2 / (height * kLr)};
    const double sgd = sgd_rate(well, kLr), diffusion = diffusion_rate(well, kLr);
    const auto updates = static_cast<Step>(passages / sgd / kPaths);
    const Schedule schedule({{.begin = 0, .end = updates, .shape = Shape::constant, .from = kLr}});
    const PassageCount counted = simulate_passages(well, schedule, kPaths, static_cast<std::uint64_t>(height));
    const double rate = static_cast<double>(counted.passages) / static_cast<double>(counted.updates);
    fmt::print("{:9}  {:.2e}  {:8}  {:9.3e}  {:13.3f}  {:19.3f}  {:17.3f}  {:13.4f}\n", height,
               static_cast<double>(counted.updates), counted.passages, rate, rate / sgd, rate / diffusion,
               diffusion / kramers_rate(well, kLr), sgd / diffusion);
    std::fflush(stdout);
  }
}
