// A GPU that is lost midway: one error for the whole request, which then has no result.
#include <gtest/gtest.h>

#include <atomic>

#include "engine/simulate.hpp"
#include "losscast/base/error.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

// Runs on a CPU until so many chunks are done by all such workers together; then it fails as a lost GPU does.
class MortalWorker final : public EnsembleWorker {
 public:
  MortalWorker(std::unique_ptr<EnsembleWorker> inner, std::atomic<int>& chunks_left)
      : inner_(std::move(inner)), chunks_left_(chunks_left) {}
  std::byte* tables(std::size_t bytes) override { return inner_->tables(bytes); }
  float* values(std::size_t count) override { return inner_->values(count); }
  void run(const EnsembleArguments& arguments) override {
    if (chunks_left_-- <= 0) throw DeviceError("running the ensemble kernel failed: the GPU is lost", "", "");
    inner_->run(arguments);
  }
  void sort(std::size_t segments, std::size_t length, float largest) override {
    inner_->sort(segments, length, largest);
  }

 private:
  std::unique_ptr<EnsembleWorker> inner_;
  std::atomic<int>& chunks_left_;
};

// Two workers on a CPU stand in for those of a GPU, so that the request is cut into chunks.
EnsembleResult simulate_with(int chunks) {
  Experiment request = example_request(find_model("adamw"));
  request.recipes.assign(40, wsd(64));
  request.paths = 16;
  Processor processor = choose_processor(request);
  std::atomic<int> chunks_left{chunks};
  Workers workers;
  for (int i = 0; i < 2; ++i)
    workers.push_back(std::make_unique<MortalWorker>(
        std::move(make_workers(request, request.scheme, processor).front()), chunks_left));
  processor.workers = workers.size();
  return simulate({request, request, processor, 8, request.levers}, workers);
}

TEST(LostGpu, EndsTheRequestWithADeviceError) {
  EXPECT_EQ(simulate_with(1000).statistics.size(), 40u);  // control
  for (const int chunks : {0, 1, 3}) {
    try {
      simulate_with(chunks);
      FAIL() << "no error after " << chunks << " chunks";
    } catch (const DeviceError& error) {
      EXPECT_EQ(error.code(), ExitCode::device);
      EXPECT_NE(std::string(error.what()).find("the GPU is lost"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace losscast::test
