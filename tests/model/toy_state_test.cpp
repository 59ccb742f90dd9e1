// A model with one more state than the library's, all of it in this file: what a new state takes, and that both
// kernels, the moments, the fit's derivatives and the gradient of the mean then follow.
//
// `toy` is `adamw` and a start-up transient H y that dies out on the clock and has noise of its own:
//   dy = -r y dtau + s dW, y(0) = 1;  mean e^(-r tau), variance s^2 (1 - e^(-2 r tau)) / (2 r).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/ensemble_cpu.hpp"
#include "losscast/model/adamw.hpp"
#include "losscast/model/dynamics.hpp"
#include "losscast/model/mean_law.hpp"
#include "model/model_instance.hpp"
#include "tests/kernels/emulated_grid.hpp"
#include "tests/reference/reference_exact_moments_path.hpp"

namespace losscast::test {
namespace {

// ---- the dynamics: RiverHills and y, which is kept apart from H as hills are from their levels

template <class ModelSpec>
struct WithTransient {
  using Spec = ModelSpec;
  using Base = RiverHills<AdamW>;
  static constexpr int kStates = Base::kStates + 1;
  static constexpr int kNormals = Base::kNormals + 1;  // the last drives y

  template <class Real>
  struct Constants {
    Base::Constants<Real> base;
    Real height;  // H [nats]
    Real rate;    // r [1 / clock]
    Real noise;   // stationary standard deviation of y: s / sqrt(2 r)
  };
  template <Scheme scheme, int P>
  struct Paths {
    Base::Paths<scheme, P> base;
    float rate[P], noise[P];
  };
  template <int P>
  struct State {
    Base::State<P> base;
    float y[P];
  };

  template <Scheme scheme, int P>
  LOSSCAST_HD static void load(Paths<scheme, P>& paths, int lane, const Constants<float>& constants,
                               const PathNoise& noise) {
    Base::load(paths.base, lane, constants.base, noise);
    paths.rate[lane] = constants.rate;
    paths.noise[lane] = constants.noise;
  }
  template <int P>
  LOSSCAST_HD static void start(State<P>& state) {
    Base::start(state.base);
    for (int lane = 0; lane < P; ++lane) state.y[lane] = 1;
  }
  template <class Math, Scheme scheme, int P>
  LOSSCAST_HD static float clock_time(const Block<float>& block, const Paths<scheme, P>& paths, int lane) {
    return Base::clock_time<Math>(block, paths.base, lane);
  }
  template <class Math, Scheme scheme, int P>
  LOSSCAST_HD static void step(State<P>& state, const Paths<scheme, P>& paths, const Block<float>& block,
                               const PathNoise& noise, const float (&z)[kNormals][P]) {
    float of_base[Base::kNormals][P];
    LOSSCAST_UNROLL
    for (int v = 0; v < Base::kNormals; ++v)
      for (int lane = 0; lane < P; ++lane) of_base[v][lane] = z[v][lane];
    Base::step<Math>(state.base, paths.base, block, noise, of_base);
    for (int lane = 0; lane < P; ++lane) {
      const float dtau = losscast::drive<AdamW, Math>(block, paths.base.response.of(lane)).dtau;
      const float g = gone<scheme, Math>(paths.rate[lane] * dtau);
      const float kept = math::fma(-g, state.y[lane], state.y[lane]);
      state.y[lane] = math::fma(paths.noise[lane] * Math::sqrt(freed<scheme>(g)), z[Base::kNormals][lane], kept);
    }
  }
  template <int P>
  LOSSCAST_HD static float loss(const State<P>& state, int lane, const Constants<float>& constants, float shift) {
    return math::fma(constants.height, state.y[lane], Base::loss(state.base, lane, constants.base, shift));
  }

  template <class Real>
  LOSSCAST_HD static Real added_loss(const Constants<Real>& constants, const Block<Real>& block) {
    return Base::added_loss(constants.base, block);
  }

  // Share of y that goes in rate x time = `r_dtau`, and the variance that comes in its place, over the stationary one.
  template <Scheme scheme, class Math = ReproducibleMath, class Real>
  LOSSCAST_HD static Real gone(const Real& r_dtau) {
    return cir_relaxation<scheme, Math>(r_dtau);
  }
  template <Scheme scheme, class Real>
  LOSSCAST_HD static Real freed(const Real& g) {
    return scheme == Scheme::euler ? Real(2) * g : g * (Real(2) - g);
  }

  template <class Real>
  static Drive<Real> drive(const Block<Real>& block, const Constants<Real>& constants) {
    return Base::drive(block, constants.base);
  }
  template <class Real>
  static Real initial_norm(const Constants<Real>& constants) {
    return Base::initial_norm(constants.base);
  }
  static auto hills(const Constants<double>& constants) { return Base::hills(constants.base); }
  template <class Real>
  static Real signal(const Constants<Real>& constants, const Real& u) {
    return Base::signal(constants.base, u);
  }

  // y first, then the mean of the base
  template <class Real>
  using Mean = std::array<Real, std::tuple_size_v<Base::Mean<Real>> + 1>;
  template <class Real>
  static Base::Mean<Real> base_of(const Mean<Real>& mean) {
    Base::Mean<Real> base;
    std::copy(mean.begin() + 1, mean.end(), base.begin());
    return base;
  }
  template <class Real>
  static Mean<Real> first_mean(const Constants<Real>& constants) {
    const auto base = Base::first_mean(constants.base);
    Mean<Real> mean;
    mean[0] = Real(1);
    std::copy(base.begin(), base.end(), mean.begin() + 1);
    return mean;
  }
  template <class Real>
  static void move_mean(Mean<Real>& mean, const Constants<Real>& constants, const Block<Real>& block) {
    auto base = base_of(mean);
    Base::move_mean(base, constants.base, block);
    mean[0] -= gone<Scheme::exact_moments>(constants.rate * drive(block, constants).dtau) * mean[0];
    std::copy(base.begin(), base.end(), mean.begin() + 1);
  }
  template <class Real>
  static Real mean_loss(const Mean<Real>& mean, const Constants<Real>& constants) {
    return Base::mean_loss(base_of(mean), constants.base) + constants.height * mean[0];
  }

  struct Moments {
    Base::Moments base;
    double mean, variance;  // of y
  };
  static Moments first_moments(const Constants<double>& constants) {
    return {Base::first_moments(constants.base), 1, 0};
  }
  template <Scheme scheme>
  static void move_moments(Moments& moments, const Constants<double>& constants, const Block<double>& block,
                           const PathNoise& noise) {
    Base::move_moments<scheme>(moments.base, constants.base, block, noise);
    const double g = gone<scheme>(constants.rate * drive(block, constants).dtau);
    moments.mean -= g * moments.mean;
    moments.variance = moments.variance * (1 - g) * (1 - g) + freed<scheme>(g) * constants.noise * constants.noise;
  }
  static LossMoments loss_moments(const Moments& moments, const Constants<double>& constants, const PathNoise& noise) {
    LossMoments out = Base::loss_moments(moments.base, constants.base, noise);
    out.skeleton += constants.height * moments.mean;
    out.mean += constants.height * moments.mean;
    out.variance += constants.height * constants.height * moments.variance;
    return out;
  }
};

// ---- the spec

struct Toy {
  using Dynamics = WithTransient<Toy>;
  using Scale = ModelParameter::Scale;
  static constexpr const char* kName = "toy";
  static constexpr const char* kSummary = "adamw with a start-up transient";
  static constexpr EffectiveLr kEffectiveLr = AdamW::kEffectiveLr;
  static constexpr ModelParameter kParameters[] = {
      AdamW::kParameters[0],
      AdamW::kParameters[1],
      AdamW::kParameters[2],
      AdamW::kParameters[3],
      AdamW::kParameters[4],
      AdamW::kParameters[5],
      AdamW::kParameters[6],
      AdamW::kParameters[7],
      AdamW::kParameters[8],
      AdamW::kParameters[9],
      {"H", "nats", "height of the transient", 1e-3, 10.0, Scale::log},
      {"r", "1/horizon", "rate at which it dies out", 0.1, 100.0, Scale::log, {{1.0, 10.0}}},
      {"s", "horizon^-1/2", "its noise, relative", 1e-3, 1.0, Scale::log, {{0.1, 0.5}}},
  };

  template <class Real>
  static Dynamics::Constants<Real> constants(const Real* parameters) {
    using math::sqrt;
    const Real &rate = parameters[11], &noise = parameters[12];
    return {AdamW::constants(parameters), parameters[10], rate, noise / sqrt(Real(2) * rate)};
  }
};
static_assert(ModelSpec<Toy>);

// ---- its reference, and its tests

constexpr double kHeight = 0.3, kRate = 4, kNoise = 0.3;
const ModelInstance<Toy> toy;

std::vector<double> parameters() {
  std::vector<double> out = example_parameters(find_model("adamw"));
  out.insert(out.end(), {kHeight, kRate, kNoise});
  return out;
}

reference::Model base_reference() { return reference_of(find_model("adamw")); }

double clock_after(const std::vector<double>& lrs, std::size_t steps) {
  const reference::Model model = base_reference();
  double norm = reference::first_norm(model), clock = 0;
  for (std::size_t s = 0; s < steps; ++s) {
    const double after = reference::next_norm(model, lrs[s], norm);
    clock += reference::hill_time(model, lrs[s], (norm + after) / 2);
    norm = after;
  }
  return clock;
}

// A path in double, after every update, in blocks of one update.
std::vector<double> reference_path(Scheme scheme, const std::vector<double>& lrs, std::uint64_t seed,
                                   std::uint64_t path, const PathNoise& noise) {
  const auto normals_of = [&](Stream stream, std::size_t step, std::uint32_t group) {
    std::array<float, 4> four;
    normals4(random_bits(seed, stream, path, static_cast<std::uint32_t>(step), group),
             reinterpret_cast<float(&)[4]>(*four.data()));
    return four;
  };
  std::vector<double> of_base, of_transient;  // normals
  for (std::size_t s = 0; s < lrs.size(); ++s)
    for (std::uint32_t v = 0; v < 10; ++v)
      (v < 9 ? of_base : of_transient).push_back(static_cast<double>(normals_of(Stream::noise, s, v / 4)[v % 4]));
  const reference::PathStart start{
      static_cast<double>(noise.startup_shift) * static_cast<double>(normals_of(Stream::start_up, 0, 0)[0]),
      static_cast<double>(noise.run_offset) * static_cast<double>(normals_of(Stream::offset, 0, 0)[0])};
  const auto simulate = scheme == Scheme::euler ? reference::path : reference::exact_moments_path;
  auto losses =
      simulate(base_reference(), lrs, reference::blocks_of(1, lrs.size()), of_base, reference_of(noise), start);
  double y = 1;
  for (std::size_t s = 0; s < lrs.size(); ++s) {
    const double dtau = clock_after(lrs, s + 1) - clock_after(lrs, s);
    const double spread = scheme == Scheme::euler ? kNoise * std::sqrt(dtau)
                                                  : kNoise * std::sqrt(-std::expm1(-2 * kRate * dtau) / (2 * kRate));
    y = (scheme == Scheme::euler ? 1 - kRate * dtau : std::exp(-kRate * dtau)) * y + spread * of_transient[s];
    losses[s] += kHeight * y;
  }
  return losses;
}

// Values of the paths of one schedule in blocks of m steps, as the CPU's kernel D gives them: [records][paths].
template <class D, class Row = typename D::Coefficients>
std::vector<float> simulated(const Schedule& schedule, Step m, std::int64_t paths, std::vector<int> after,
                             const PathNoise& noise) {
  const BlockTable table = blocks_of(toy, schedule, m);
  std::vector<Row> rows(table.blocks.size());
  for (std::size_t b = 0; b < rows.size(); ++b) rows[b].block = block_in<float>(table.blocks[b]);
  const std::vector<std::uint32_t> begins(table.edges.begin(), table.edges.end() - 1);
  const std::vector<float> constants = toy.path_constants(parameters());
  const int last = static_cast<int>(rows.size());
  std::vector<float> values(after.size() * static_cast<std::size_t>(paths));
  EnsembleArguments a;
  a.coefficients = rows.data();
  a.block_begin = begins.data();
  a.last_block = &last;
  a.record_after = after.data();
  a.constants = constants.data();
  a.values = values.data();
  a.schedules = a.draws = 1;
  a.block_count = last;
  a.records = static_cast<int>(after.size());
  a.constants_stride = toy.constants_size();
  a.paths = paths;
  a.seed = 3;
  a.noise = noise;
  for (std::int64_t tile = 0; tile < cpu_tile_count(a, 1); ++tile) run_cpu_tile<D>(a, 1, tile);
  return values;
}

TEST(ToyState, MomentsAreTheReferences) {
  const Schedule schedule = wsd(1500);
  const PathNoise noise = example_noise();
  const auto actual =
      toy.moments(blocks_of(toy, schedule, 1), parameters(), noise, Scheme::exact_moments, std::vector{300, 1500});
  const auto expected = reference::law(base_reference(), lrs_of(schedule), reference_of(noise), {300, 1500});
  for (std::size_t i = 0; i < 2; ++i) {
    const double tau = clock_after(lrs_of(schedule), i == 0 ? 300 : 1500), mean = kHeight * std::exp(-kRate * tau);
    const double variance = kHeight * kHeight * kNoise * kNoise * -std::expm1(-2 * kRate * tau) / (2 * kRate);
    EXPECT_NEAR(actual[i].skeleton, expected[i].skeleton + mean, 1e-11) << i;
    EXPECT_NEAR(actual[i].mean, expected[i].mean + mean, 1e-10) << i;
    EXPECT_NEAR(actual[i].variance, expected[i].variance + variance, 1e-9 * variance) << i;
  }
}

template <Scheme scheme>
void expect_reference_paths() {
  const std::vector<double> lrs = lrs_of(wsd(120));
  constexpr std::size_t kPaths = 19;
  const auto values =
      simulated<CalmDynamics<Toy, scheme, ReproducibleMath>>(wsd(120), 1, kPaths, {60, 120}, example_noise());
  for (std::size_t p = 0; p < kPaths; ++p) {
    const auto expected = reference_path(scheme, lrs, 3, p, example_noise());
    for (const std::size_t r : {0, 1}) {
      const double loss = expected[60 * (r + 1) - 1];
      EXPECT_NEAR(static_cast<double>(values[r * kPaths + p]), loss, 1e-5 + 4 * 6e-8 * loss) << p;
    }
  }
}
TEST(ToyState, PathsAreTheReferencesUnderEuler) { expect_reference_paths<Scheme::euler>(); }
TEST(ToyState, PathsAreTheReferencesUnderExactMoments) { expect_reference_paths<Scheme::exact_moments>(); }

// Mean and variance over paths, to five of their standard errors. Without a start-up shift, which so early in a run may
// set the clock back to where the signal explodes.
template <Scheme scheme>
void expect_exact_moments(Step m) {
  constexpr std::size_t kPaths = 4096;
  const Schedule schedule = wsd(160);
  const std::vector<int> after = {static_cast<int>(60 / m), static_cast<int>(160 / m)};
  PathNoise noise = example_noise();
  noise.startup_shift = 0;
  const auto values = simulated<CalmDynamics<Toy, scheme, ReproducibleMath>>(schedule, m, kPaths, after, noise);
  const auto law = toy.moments(blocks_of(toy, schedule, m), parameters(), noise, scheme, after);
  for (std::size_t r = 0; r < after.size(); ++r) {
    double mean = 0, second = 0, fourth = 0;
    for (std::size_t p = 0; p < kPaths; ++p) mean += static_cast<double>(values[r * kPaths + p]) / kPaths;
    for (std::size_t p = 0; p < kPaths; ++p) {
      const double square = std::pow(static_cast<double>(values[r * kPaths + p]) - mean, 2);
      second += square / kPaths;
      fourth += square * square / kPaths;
    }
    EXPECT_NEAR(mean, law[r].mean, 5 * std::sqrt(second / kPaths)) << r;
    EXPECT_NEAR(second, law[r].variance, 5 * std::sqrt((fourth - second * second) / kPaths)) << r;
  }
}
TEST(ToyState, PathsHaveItsMomentsUnderEuler) { expect_exact_moments<Scheme::euler>(1); }
TEST(ToyState, PathsHaveItsMomentsUnderExactMoments) { expect_exact_moments<Scheme::exact_moments>(4); }

TEST(ToyState, WithoutASpikeAPathIsTheCalmOne) {
  const auto calm =
      simulated<CalmDynamics<Toy, Scheme::euler, ReproducibleMath>>(wsd(60), 1, 33, {60}, example_noise());
  EXPECT_EQ((simulated<SpikedDynamics<Toy, Scheme::euler, ReproducibleMath>>(wsd(60), 1, 33, {60}, example_noise())),
            calm);
}

// The way of a GPU, thread by thread, gives the bytes of the CPU's.
TEST(ToyState, IsTheSameOnAGpusGrid) {
  using D = CalmDynamics<Toy, Scheme::exact_moments, ReproducibleMath>;
  const Problem problem(toy, 5, 33);
  const auto cpu = problem.values([&](const EnsembleArguments& a) {
    for (std::int64_t tile = 0; tile < cpu_tile_count(a, 4); ++tile) run_cpu_tile<D>(a, 4, tile);
  });
  EXPECT_EQ((emulated<D, 1, 1>(problem, 2)), cpu);
  EXPECT_EQ((emulated<D, 4, 1>(problem, 2)), cpu);
}

// Derivatives of the mean by parameters and by LRs, against differences of second order.
TEST(ToyState, HasTheDerivativesOfItsMean) {
  std::vector<double> theta = parameters(), lrs = lrs_of(cosine(80)), gradient(80), value(1);
  std::vector<double> jacobian(theta.size()), other(theta.size());
  lrs[0] = 1e-6;
  const int last[] = {80};
  const auto skeleton = [&](const std::vector<double>& at, std::vector<double>& derivatives) {
    toy.skeleton(blocks_of(toy, table(lrs), 1), at, last, value, derivatives);
    return value[0];
  };
  MeanLaw law({&toy, kReference, kWeightDecay, {theta}, {}, {}});
  EXPECT_NEAR(law.gradient(lrs, gradient), skeleton(theta, jacobian), 1e-12);
  const auto difference = [](double& x, const auto& f) {
    const double at = x, h = 1e-4 * x;
    x = at + h;
    const double high = f();
    x = at - h;
    const double low = f();
    x = at;
    return (high - low) / (2 * h);
  };
  for (std::size_t p = 0; p + 1 < theta.size(); ++p) {  // the last, s, has no part in the mean
    const double expected = difference(theta[p], [&] { return skeleton(theta, other); });
    EXPECT_NEAR(jacobian[p], expected, 1e-6 * std::abs(expected)) << p;
  }
  EXPECT_EQ(jacobian.back(), 0);
  for (std::size_t s = 0; s < lrs.size(); ++s) {
    const double expected = difference(lrs[s], [&] { return law.value(lrs); });
    EXPECT_NEAR(gradient[s], expected, 1e-6 * std::abs(expected) + 1e-9 / lrs[s]) << s;
  }
}

}  // namespace
}  // namespace losscast::test
