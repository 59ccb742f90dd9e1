// Writes the synthetic curves of examples/demo: demo_curves FOLDER.
//
// Each is one path of the SDE `adamw`, simulated by the readable reference with the parameters below, with a start-up
// shift, a run offset and the noise of logged points. They are no measurements.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "tests/reference/reference_path.hpp"

namespace losscast::reference {
namespace {

constexpr double kPeak = 3e-4, kPi = 3.14159265358979323846;
constexpr std::size_t kWarmup = 500, kLogEvery = 100;
constexpr double kObservationNoise = 6e-4;  // standard deviation of a logged point [nats]
const Noise kNoise{.startup_shift = 0.0014, .river = 0, .hill_dimensions = 3000, .run_offset = 1e-3};

Model truth() {
  const double l0 = 2.7, a = 0.35, alpha = 0.65, b = 0.137, k_max = 2400, n0 = 0.2, q = 0.85;
  Model model = adamw({l0, a, alpha, b, k_max, n0, q, /*c=*/0, /*x_s=*/0, /*limit=*/4}, kPeak, /*weight_decay=*/0.1);
  model.horizon = 11750;  // of the constant run, nearly
  return model;
}

// Standard normals by Box and Muller from a generator whose output the C++ standard fixes.
class Normals {
 public:
  explicit Normals(unsigned seed) : bits_(seed) {}
  double operator()() {
    const double u = uniform(), v = uniform();
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * kPi * v);
  }

 private:
  double uniform() { return (static_cast<double>(bits_() >> 11) + 0.5) * 0x1p-53; }
  std::mt19937_64 bits_;
};

// The LR after the warm-up as a share of the peak, at progress z through the part of the run that begins at `from`.
struct Curve {
  std::string name;
  std::size_t steps, from;
  double (*share)(double z);
  unsigned seed;
};

const Curve kCurves[] = {
    {"constant", 12000, 12000, [](double) { return 1.0; }, 1},
    {"two_stage", 9000, 5000, [](double) { return 0.3; }, 2},
    {"cosine", 12000, kWarmup, [](double z) { return 0.1 + 0.9 * (1 + std::cos(kPi * z)) / 2; }, 3},
    {"wsd_linear", 12000, 9000, [](double z) { return 1 - z; }, 4},
    {"wsd_sqrt", 10000, 7500, [](double z) { return 1 - std::sqrt(z); }, 5},
};

double learning_rate(const Curve& curve, std::size_t s) {
  if (s < kWarmup) return kPeak * static_cast<double>(s) / kWarmup;
  if (s < curve.from) return kPeak;
  return kPeak * curve.share(static_cast<double>(s - curve.from) / static_cast<double>(curve.steps - curve.from));
}

void write(const Curve& curve, const std::filesystem::path& folder) {
  const Model model = truth();
  std::vector<double> lrs;
  for (std::size_t s = 0; s < curve.steps; ++s) lrs.push_back(learning_rate(curve, s));
  Normals normal(curve.seed);
  const PathStart start{kNoise.startup_shift * normal(), kNoise.run_offset * normal()};
  std::vector<double> normals(curve.steps * (model.hills.size() + 1));
  for (double& z : normals) z = normal();
  const std::vector<double> losses = path(model, lrs, blocks_of(1, curve.steps), normals, kNoise, start);

  std::ofstream csv(folder / ("synthetic_" + curve.name + ".csv"));
  csv << "step,loss\n";
  for (std::size_t s = kWarmup; s <= curve.steps; s += kLogEvery) {
    char loss[16];
    std::snprintf(loss, sizeof loss, "%.4f", losses[s - 1] + kObservationNoise * normal());
    csv << s << ',' << loss << '\n';
  }
}

}  // namespace
}  // namespace losscast::reference

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: demo_curves FOLDER\n", stderr);
    return 2;
  }
  for (const auto& curve : losscast::reference::kCurves) losscast::reference::write(curve, arguments[1]);
}
