#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "bench/language_model/commands.hpp"
#include "bench/language_model/model.hpp"
#include "losscast/train/language_training.hpp"

namespace losscast::bench {

namespace {

// The mean over seeds of the last loss over the attainable one, at each peak.
std::vector<double> excesses(int width, Parameterisation parameterisation, const cxxopts::ParseResult& given) {
  const auto peaks = given["peaks"].as<std::vector<double>>();
  const int base = given["widths"].as<std::vector<int>>().front();
  const auto seeds = static_cast<std::size_t>(given["seeds"].as<int>());
  std::vector<LanguageSettings> runs;
  for (const double peak : peaks)
    for (std::size_t seed = 0; seed < seeds; ++seed) {
      const Schedule schedule = warmed_up(peak, given["steps"].as<int>());
      runs.push_back(at_width(shallow_language_model(base, schedule), width, parameterisation));
      runs.back().seed = seed;
    }
  const std::vector<LanguageOutcome> trained = train_all(runs, given["threads"].as<int>());
  std::vector<double> means(peaks.size());
  for (std::size_t i = 0; i < trained.size(); ++i)
    means[i / seeds] += (trained[i].last_loss - trained[i].attainable_loss) / static_cast<double>(seeds);
  return means;
}

}  // namespace

void widths(const cxxopts::ParseResult& given) {
  const auto all = given["widths"].as<std::vector<int>>();
  const auto peaks = given["peaks"].as<std::vector<double>>();
  fmt::print("last loss over the attainable one [nats], mean of {} seeds, at each peak LR at the width {}\n",
             given["seeds"].as<int>(), all.front());
  fmt::print("               ");
  for (const double peak : peaks) fmt::print(" {:7g}", peak);
  fmt::print("  best\n");
  for (const Parameterisation parameterisation : {Parameterisation::standard, Parameterisation::mup})
    for (const int width : all) {
      const std::vector<double> losses = excesses(width, parameterisation, given);
      fmt::print("{:9} {:5}", name_in(kParameterisations, parameterisation), width);
      for (const double loss : losses) fmt::print(" {:7.3f}", loss);
      fmt::print("  {:g}\n", peaks[static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin())]);
      std::fflush(stdout);
    }
}

}  // namespace losscast::bench
