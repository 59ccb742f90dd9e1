// The contract on FP32 state over the longest published runs: 72,000 blocks of one step stay within 1e-5 nats of double
// precision, with noise and without.
#include <gtest/gtest.h>

#include "bench/common/experiment.hpp"
#include "tests/kernels/reference_values.hpp"

namespace losscast::test {

using bench::Experiment;

namespace {

class Fp32Rounding : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  Experiment request() const {
    Experiment out;
    out.model = GetParam();
    out.reference = kReference;
    out.weight_decay = kWeightDecay;
    out.draws = {example_parameters(*GetParam())};
    out.recipes = {wsd(72'000)};
    for (Step s = 9'000; s <= 72'000; s += 9'000) out.record_steps.push_back(s);
    out.scheme = Scheme::euler;
    out.block = 1;
    out.backend = Backend::cpu;
    out.threads = 1;
    out.keep = Experiment::Keep::values;
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Fp32Rounding, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

TEST_P(Fp32Rounding, StaysWithinTheContractWithNoise) {
  Experiment request = this->request();
  request.noise = example_noise();
  request.paths = 16;
  expect_reference_values(request, run(request), 5);
}

// Without noise the same small increment is added for thousands of steps: at most LRs a plain FP32 sum of the clock
// would err each time in the same direction.
TEST_P(Fp32Rounding, StaysWithinTheContractWithoutNoise) {
  Experiment request = this->request();
  for (const double peak_lr : {1.1e-4, 1.7e-4, 2.3e-4, 2.9e-4}) request.recipes.push_back(wsd(72'000, peak_lr));
  request.paths = 1;
  expect_reference_values(request, run(request));
}

}  // namespace
}  // namespace losscast::test
