// A worker's sort, here that of the CPU; tests/kernels/device_sort_test.cpp compares the GPU's with it.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/worker.hpp"
#include "losscast/base/error.hpp"
#include "tests/engine/requests.hpp"
#include "tests/kernels/awkward_values.hpp"
#include "tests/kernels/bytes.hpp"

namespace losscast::test {
namespace {

// Sorts by counting how many values are smaller, which is another way than the engine's.
std::vector<float> sorted_by_counting(const std::vector<float>& values) {
  std::vector<float> keys, out(values.size());
  for (const float v : values)
    keys.push_back(std::isnan(v) || std::abs(v) > kLargestLoss ? std::numeric_limits<float>::infinity()
                                                               : v + 0.0f);  // -0 + 0 is 0
  for (const float key : keys) {
    const auto below = std::count_if(keys.begin(), keys.end(), [&](float other) { return other < key; });
    const auto equal = std::count(keys.begin(), keys.end(), key);
    std::fill_n(out.begin() + below, equal, key);
  }
  return out;
}

void expect_sorted(std::size_t segments, std::size_t length, int threads) {
  Experiment request = example_request(find_model("power"));
  request.threads = threads;
  const auto worker = std::move(make_workers(request, request.scheme, choose_processor(request)).front());
  const std::vector<float> values = awkward_values(segments * length, segments);
  std::copy(values.begin(), values.end(), worker->values(values.size()));
  std::vector<float> expected;
  for (auto segment = values.begin(); segment != values.end(); segment += static_cast<std::ptrdiff_t>(length)) {
    const auto sorted = sorted_by_counting({segment, segment + static_cast<std::ptrdiff_t>(length)});
    expected.insert(expected.end(), sorted.begin(), sorted.end());
  }
  float* held = worker->values(values.size());
  worker->sort(segments, length, kLargestLoss);
  EXPECT_TRUE(same_bytes({held, held + values.size()}, expected)) << segments << " x " << length;
}

TEST(Sort, OrdersEachSegmentByItsKeys) {
  for (const int threads : {1, 3}) {
    expect_sorted(1, 1, threads);
    expect_sorted(700, 1, threads);
    expect_sorted(50, 37, threads);
    expect_sorted(1, 3000, threads);
  }
}

}  // namespace
}  // namespace losscast::test
