// GPUs that are there and fail, wherever they fail: the CPU does their work under Backend::automatic, with the same
// bytes and one warning. This program has GPUs of its own, which stand in for those of kernels/ensemble.hpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "bench/common/experiment.hpp"
#include "kernels/ensemble.hpp"
#include "kernels/sort_cpu.hpp"
#include "losscast/base/error.hpp"
#include "losscast/engine/ensemble.hpp"
#include "tests/engine/requests.hpp"
#include "tests/kernels/bytes.hpp"

namespace losscast {
namespace {

enum class Call { devices, worker, tables, values, run, sort, none };

// The GPUs fail at the `left`-th such call from now on, and ever after.
struct Fault {
  Call call = Call::none;
  std::atomic<int> left{0};
  std::atomic<int> runs{0};  // that GPUs have finished
} fault;

void may_fail(Call call) {
  if (call == fault.call && --fault.left < 0) throw DeviceError("the GPU failed: out of memory", "", "");
}

class FailingWorker final : public EnsembleWorker {
 public:
  FailingWorker(std::string_view model, const KernelChoice& choice)
      : kernel_(cpu_ensemble(model, Isa::generic, choice)) {
    may_fail(Call::worker);
  }
  std::byte* tables(std::size_t bytes) override {
    may_fail(Call::tables);
    tables_.resize(bytes / sizeof(Unit) + 1);
    return reinterpret_cast<std::byte*>(tables_.data());
  }
  float* values(std::size_t count) override {
    may_fail(Call::values);
    values_.resize(count);
    return values_.data();
  }
  void run(const EnsembleArguments& arguments) override {
    std::fill(values_.begin(), values_.end(), -1.0f);  // what a failure leaves
    may_fail(Call::run);
    constexpr int kWidth = 4;
    for (std::int64_t tile = 0; tile < cpu_tile_count(arguments, kWidth); ++tile)
      kernel_.run_tile(arguments, kWidth, tile);
    ++fault.runs;
  }
  void sort(std::size_t segments, std::size_t length, float largest) override {
    if (fault.call == Call::sort && fault.left <= 0) std::fill(values_.begin(), values_.end(), -1.0f);
    may_fail(Call::sort);
    for (std::size_t i = 0; i < segments; ++i) sort_by_key(std::span(values_).subspan(i * length, length), largest);
  }

 private:
  struct alignas(64) Unit {
    std::byte bytes[64];
  };
  CpuEnsemble kernel_;
  std::vector<Unit> tables_;
  std::vector<float> values_;
};

}  // namespace

CudaDevices cuda_devices() {
  may_fail(Call::devices);
  return {1, "a GPU that fails", 1, std::size_t{1} << 30, ""};
}

std::unique_ptr<EnsembleWorker> make_cuda_worker(int, std::string_view model, const KernelChoice& choice, int) {
  return std::make_unique<FailingWorker>(model, choice);
}

namespace test {
namespace {

void fail_at(Call call, int after) {
  fault.call = call;
  fault.left = after;
  fault.runs = 0;
}

// Two GPU workers and several chunks.
Experiment request_of(Backend backend) {
  Experiment request = example_request(find_model("adamw"));
  request.recipes.assign(40, wsd(64));
  request.record_steps = {32, 64};
  request.paths = 256;
  request.backend = backend;
  return request;
}

void expect_same(const EnsembleResult& a, const EnsembleResult& b) {
  ASSERT_TRUE(same_bytes(a.values, b.values));
  for (std::size_t s = 0; s < a.statistics.size(); ++s) {
    for (std::size_t r = 0; r < a.statistics[s].size(); ++r) {
      EXPECT_EQ(a.statistics[s][r].mean, b.statistics[s][r].mean);
      EXPECT_EQ(a.statistics[s][r].q05, b.statistics[s][r].q05);
      EXPECT_EQ(a.statistics[s][r].tail_mean, b.statistics[s][r].tail_mean);
    }
  }
}

TEST(UnusableGpu, LeavesItsWorkToTheCpu) {
  const EnsembleResult expected = run(request_of(Backend::cpu));
  for (const Call call : {Call::devices, Call::worker, Call::tables, Call::values, Call::run, Call::sort}) {
    for (const int after : {0, 1, 3}) {
      if (after > 0 && call <= Call::worker) continue;
      SCOPED_TRACE(::testing::Message() << "call " << static_cast<int>(call) << " after " << after);
      std::vector<std::string> warnings;
      Experiment request = request_of(Backend::automatic);
      request.fallback = std::make_shared<GpuFallback>([&](const std::string& w) { warnings.push_back(w); });
      fail_at(call, after);
      const EnsembleResult result = run(request);
      expect_same(result, expected);
      EXPECT_EQ(result.performance.backend, "cpu");
      EXPECT_EQ(result.performance.device, expected.performance.device);
      ASSERT_EQ(warnings.size(), 1u);
      EXPECT_NE(warnings[0].find("out of memory"), std::string::npos) << warnings[0];
    }
  }
}

TEST(UnusableGpu, IsNotTriedAgain) {
  const Experiment request = request_of(Backend::automatic);
  fail_at(Call::run, 0);
  run(request);
  fail_at(Call::none, 0);
  EXPECT_EQ(run(request).performance.backend, "cpu");
  EXPECT_EQ(fault.runs, 0);
}

TEST(UnusableGpu, IsAnErrorWhereNothingElseIsAllowed) {
  for (const Call call : {Call::devices, Call::worker, Call::tables, Call::values, Call::run, Call::sort}) {
    fail_at(call, 0);
    EXPECT_THROW(run(request_of(Backend::cuda)), DeviceError) << static_cast<int>(call);
  }
}

TEST(UnusableGpu, ComputesReproduciblyInsteadOfFast) {
  Experiment request = request_of(Backend::automatic);
  request.math = MathMode::fast;
  fail_at(Call::run, 2);
  const EnsembleResult result = run(request);
  EXPECT_EQ(result.performance.math, MathMode::reproducible);
  EXPECT_FALSE(result.performance.math_deviation.has_value());
}

// That GPUs which work do all the work, and nobody is warned.
TEST(UnusableGpu, HasAControlThatWorks) {
  Experiment request = request_of(Backend::automatic);
  bool warned = false;
  request.fallback = std::make_shared<GpuFallback>([&](const std::string&) { warned = true; });
  fail_at(Call::none, 0);
  const EnsembleResult result = run(request);
  expect_same(result, run(request_of(Backend::cpu)));
  EXPECT_EQ(result.performance.backend, "cuda");
  EXPECT_GT(fault.runs, 3);
  EXPECT_FALSE(warned);
}

}  // namespace
}  // namespace test
}  // namespace losscast
