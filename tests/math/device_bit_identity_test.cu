// The same bits from the GPU as from every CPU.
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/math/checksum_cases.hpp"

namespace losscast::test {
namespace {

template <class Case>
__global__ void evaluate(std::uint64_t* results) {
  const std::uint32_t i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < checksum::kPoints) results[i] = Case{}(i);
}

template <class Case>
void expect_recorded_checksum(std::uint64_t* device_results) {
  constexpr unsigned kThreads = 256;
  evaluate<Case><<<(checksum::kPoints + kThreads - 1) / kThreads, kThreads>>>(device_results);
  std::vector<std::uint64_t> results(checksum::kPoints);
  ASSERT_EQ(cudaMemcpy(results.data(), device_results, results.size() * sizeof(results[0]), cudaMemcpyDeviceToHost),
            cudaSuccess);
  std::uint64_t found = checksum::kStart;
  for (const std::uint64_t result : results) found = checksum::add(found, result);
  EXPECT_EQ(found, Case::kRecorded) << Case::kName << std::hex << " gives 0x" << found;
}

template <class... Cases>
void expect_recorded_checksums(checksum::List<Cases...>) {
  std::uint64_t* device_results = nullptr;
  ASSERT_EQ(cudaMalloc(&device_results, checksum::kPoints * sizeof(*device_results)), cudaSuccess);
  (expect_recorded_checksum<Cases>(device_results), ...);
  EXPECT_EQ(cudaFree(device_results), cudaSuccess);
}

TEST(BitIdentity, Gpu) {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) GTEST_SKIP() << "NOT TESTED: no GPU here";
  expect_recorded_checksums(checksum::AllCases{});
}

}  // namespace
}  // namespace losscast::test
