// How many spikes that are put into real curves are found, and how much else is.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "losscast/hazard/spike_detector.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/uniform.hpp"

namespace {

using namespace losscast;

constexpr int kSpikesOfARun = 2;

struct Count {
  int put_in = 0, covered = 0;  // spikes put in, and those within one that is found
  int found = 0, right = 0;     // spikes found, and those that cover one put in
};

std::vector<LoggedValue> losses_of(const Curve& curve) {
  std::vector<LoggedValue> values;
  for (const CurvePoint& point : curve.points) values.push_back({point.step, point.loss});
  return values;
}

double uniform(std::uint64_t seed, std::uint64_t run, std::uint32_t number) {
  return static_cast<double>(open_uniform(random_bits(seed, Stream::jumps, run, number, 0).word[0]));
}

// Spikes of one height begin at one logged point in each of as many equal parts of the run, and fall off exponentially.
Count count_in(const std::vector<LoggedValue>& quiet, std::uint64_t run, double height, double decay_points) {
  Count count;
  std::vector<LoggedValue> values = quiet;
  std::vector<Step> places;
  for (int k = 0; k < kSpikesOfARun; ++k) {
    const double share = (k + uniform(1, run, static_cast<std::uint32_t>(k))) / kSpikesOfARun;
    const auto first = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    places.push_back(values[first].step);
    for (std::size_t i = first; i < values.size(); ++i)
      values[i].value += height * std::exp(-static_cast<double>(i - first) / decay_points);
  }
  count.put_in = kSpikesOfARun;
  for (const SeriesSpike& spike : find_spikes(values, SeriesKind::loss)) {
    int covered = 0;
    for (const Step place : places) covered += spike.begin <= place && place <= spike.end ? 1 : 0;
    ++count.found;
    count.right += covered > 0 ? 1 : 0;
    count.covered += covered;
  }
  return count;
}

}  // namespace

// bench_spike_detector MANIFEST: of its curves as they are, and with spikes put in.
int main(int count, char** words) {
  if (count != 2) {
    fmt::print(stderr, "usage: bench_spike_detector MANIFEST\n");
    return 2;
  }
  const Manifest manifest = read_manifest(words[1]);
  int false_alarms = 0;
  std::size_t points = 0;
  for (const Curve& curve : manifest.curves) {
    false_alarms += static_cast<int>(find_spikes(losses_of(curve), SeriesKind::loss).size());
    points += curve.points.size();
  }
  fmt::print("{} curves, {} points: {} spikes as they are\n", manifest.curves.size(), points, false_alarms);
  fmt::print("height  decay [points]  put in  found  precision  recall\n");
  for (const double decay : {0.5, 3.0, 12.0})
    for (const double height : {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0}) {
      Count all;
      for (std::size_t run = 0; run < manifest.curves.size(); ++run) {
        const Count one = count_in(losses_of(manifest.curves[run]), run, height, decay);
        all.put_in += one.put_in;
        all.found += one.found;
        all.right += one.right;
        all.covered += one.covered;
      }
      fmt::print("{:6}  {:14}  {:6}  {:5}  {:9.3f}  {:6.3f}\n", height, decay, all.put_in, all.found,
                 all.found > 0 ? all.right / static_cast<double>(all.found) : 1,
                 all.covered / static_cast<double>(all.put_in));
      std::fflush(stdout);
    }
}
