// The same request gives the same bytes: with any number of threads, any split of paths or schedules, whatever the
// process's floating-point settings were before.
#include <gtest/gtest.h>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include <cmath>

#include "losscast/math/elementary.hpp"
#include "tests/engine/requests.hpp"
#include "tests/kernels/bytes.hpp"

namespace losscast::test {
namespace {

class Reproducibility : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  Experiment request() const {
    Experiment request = example_request(*GetParam());
    request.draws = example_draws(*GetParam(), 7);
    request.noise.observation = 1e-3f;
    request.recipes = {wsd(300), cosine(120), constant(300), wsd(77), cosine(300, 1e-4)};
    request.paths = 100;
    request.block = 8;
    return request;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Reproducibility, ::testing::ValuesIn(models().begin(), models().end()),
                         model_test_name);

TEST_P(Reproducibility, ForAnyNumberOfThreads) {
  Experiment request = this->request();
  const EnsembleResult expected = run(request);
  for (const int threads : {1, 2, 3, 7}) {
    request.threads = threads;
    const EnsembleResult result = run(request);
    EXPECT_TRUE(same_bytes(result.values, expected.values)) << threads;
    for (std::size_t s = 0; s < request.recipes.size(); ++s) {
      EXPECT_EQ(result.statistics[s][0].mean, expected.statistics[s][0].mean);
      EXPECT_EQ(result.statistics[s][0].standard_error, expected.statistics[s][0].standard_error);
      EXPECT_EQ(result.statistics[s][0].q05, expected.statistics[s][0].q05);
    }
  }
}

TEST_P(Reproducibility, ForAnySplitOfThePaths) {
  Experiment request = this->request();
  request.record_steps = {30, 77};
  const auto all = run(request).values;
  for (const auto& [first, count] : {std::pair{10, 10}, {0, 1}, {99, 1}, {33, 50}}) {
    request.first_path = static_cast<std::uint64_t>(first);
    request.paths = count;
    const auto part = run(request).values;
    for (std::size_t s = 0; s < all.size(); ++s)
      for (std::size_t r = 0; r < 2; ++r)
        for (int p = 0; p < count; ++p)
          ASSERT_EQ(part[s][r * static_cast<std::size_t>(count) + static_cast<std::size_t>(p)],
                    all[s][r * 100 + static_cast<std::size_t>(first + p)])
              << "paths from " << first << ", schedule " << s << ", record " << r << ", path " << p;
  }
}

TEST_P(Reproducibility, ForAnySplitOfTheSchedules) {
  const Experiment request = this->request();
  const auto all = run(request).values;
  for (std::size_t size = 1; size < request.recipes.size(); ++size) {
    for (std::size_t first = 0; first < request.recipes.size(); first += size) {
      Experiment part = request;
      const auto last = std::min(first + size, request.recipes.size());
      part.recipes.assign(request.recipes.begin() + static_cast<std::ptrdiff_t>(first),
                          request.recipes.begin() + static_cast<std::ptrdiff_t>(last));
      const auto values = run(part).values;
      for (std::size_t s = first; s < last; ++s)
        EXPECT_TRUE(same_bytes(values[s - first], all[s])) << "parts of " << size << ", schedule " << s;
    }
  }
}

TEST_P(Reproducibility, FromRunToRun) { EXPECT_TRUE(same_bytes(run(request()).values, run(request()).values)); }

#if defined(__SSE__)
// Another library's settings of the floating-point unit: flush-to-zero, denormals-are-zero, rounding down.
class ForeignSettings {
 public:
  static constexpr unsigned kControl = 0x1f80 | 0x8000 | 0x0040 | 0x2000;
  ForeignSettings() : before_(_mm_getcsr()) { _mm_setcsr(kControl); }
  ~ForeignSettings() { _mm_setcsr(before_); }
  ForeignSettings(const ForeignSettings&) = delete;
  ForeignSettings& operator=(const ForeignSettings&) = delete;

 private:
  unsigned before_;
};

// Losses so small that they are denormal numbers, which flush-to-zero would turn to zero. Exception flags apart, the
// settings are there again afterwards.
TEST_P(Reproducibility, WhateverTheFloatingPointSettingsWere) {
  Experiment request = this->request();
  request.noise.run_offset = request.noise.observation = 0;
  request.weight_decay = 0;  // which adds to the loss
  auto draws = request.draws.all();
  for (auto& draw : draws)
    for (std::size_t p = 0; p < draw.size(); ++p) {
      const auto name = GetParam()->parameters()[p].name;
      if (name == "L0" || name == "A") draw[p] = 0;
      if (name == "B") draw[p] = 1e-39;
    }
  request.draws = draws;
  for (const int threads : {1, 3}) {
    request.threads = threads;
    const auto expected = run(request).values;
    EXPECT_EQ(std::fpclassify(expected[0][0]), FP_SUBNORMAL) << expected[0][0];
    std::vector<std::vector<float>> actual;
    unsigned control = 0;
    {
      const ForeignSettings settings;
      actual = run(request).values;
      control = _mm_getcsr();
    }
    constexpr unsigned kFlags = 0x3f;
    EXPECT_EQ(control & ~kFlags, ForeignSettings::kControl);
    EXPECT_TRUE(same_bytes(actual, expected)) << threads;
  }
}
#endif

}  // namespace
}  // namespace losscast::test
