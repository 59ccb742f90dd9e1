// A small request as the kernels read it, with memory of its own for the tables and the values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/ensemble_arguments.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {

class Problem {
 public:
  // Some schedules of different lengths on blocks of 4 steps, recorded at two places and at the end; all sources of
  // noise and 7 draws; paths from the 11th on.
  Problem(const SdeModel& model, int schedules, std::int64_t paths,
          KernelChoice::Spikes spikes = KernelChoice::Spikes::off) {
    constexpr Step kLongest = 60, kBlock = 4;
    const auto grid = edges_of(kBlock, kLongest);
    const std::size_t width = grid.size() - 1;
    for (std::size_t b = 0; b < width; ++b) block_begin_.push_back(static_cast<std::uint32_t>(grid[b]));
    plain_.resize(static_cast<std::size_t>(schedules) * width);
    spiked_.resize(plain_.size());
    for (int i = 0; i < schedules; ++i) {
      const Step length = kLongest - (i * 7) % 50;
      const BlockTable table = blocks_of(model, wsd(length, 1e-4 * (1 + i % 3)), kBlock);
      last_block_.push_back(static_cast<int>(table.blocks.size()));
      for (std::size_t b = 0; b < table.blocks.size(); ++b) {
        const Block<double>& block = table.blocks[b];
        const std::size_t at = static_cast<std::size_t>(i) * width + b;
        plain_[at].block = block_in<float>(block);
        const auto steps = static_cast<float>(table.edges[b + 1] - table.edges[b]);
        spiked_[at] = {plain_[at].block, {0.05f, 0.1f, 0.9f, 1.0f / steps, static_cast<float>(1 / kRefLr)}};
      }
    }
    for (auto draw : example_draws(model, 7)) {
      if (model.name() == "adamw") draw.back() /= 12;  // a limit of stability that the higher peaks exceed
      for (const float c : model.path_constants(draw)) constants_.push_back(c);
    }

    arguments_.coefficients = plain_.data();
    if (spikes == KernelChoice::Spikes::on) arguments_.coefficients = spiked_.data();
    arguments_.block_begin = block_begin_.data();
    arguments_.last_block = last_block_.data();
    record_after_ = {2, 7, static_cast<int>(width)};
    arguments_.record_after = record_after_.data();
    arguments_.constants = constants_.data();
    arguments_.schedules = schedules;
    arguments_.block_count = static_cast<int>(width);
    arguments_.records = static_cast<int>(record_after_.size());
    arguments_.draws = 7;
    arguments_.constants_stride = model.constants_size();
    arguments_.paths = paths;
    arguments_.first_path = 11;
    arguments_.seed = 5;
    arguments_.noise = example_noise();
    arguments_.noise.observation = 1e-3f;
    // A barrier that a good part of the paths crosses.
    arguments_.spikes = {0.02f, 0.5f, 0.1f, 1.5f};
  }
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;

  const EnsembleArguments& arguments() const { return arguments_; }

  // What `simulate` writes, given arguments with fresh memory for it. A value that is not written stays a NaN.
  template <class Simulate>
  std::vector<float> values(const Simulate& simulate) const {
    std::vector<float> out(static_cast<std::size_t>(arguments_.schedules) *
                               static_cast<std::size_t>(arguments_.records) *
                               static_cast<std::size_t>(arguments_.paths),
                           std::numeric_limits<float>::quiet_NaN());
    EnsembleArguments arguments = arguments_;
    arguments.values = out.data();
    simulate(arguments);
    return out;
  }

 private:
  std::vector<BlockRow> plain_;
  std::vector<SpikedBlockRow> spiked_;
  std::vector<std::uint32_t> block_begin_;
  std::vector<int> last_block_, record_after_;
  std::vector<float> constants_;
  EnsembleArguments arguments_;
};

}  // namespace losscast::test
