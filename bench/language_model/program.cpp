// Does what is said of transformers before training hold when one is trained? bench_language_model norms,
// bench_language_model peaks, bench_language_model coordinates, or
// bench_language_model widths.
#include <algorithm>

#include "bench/common/program.hpp"
#include "bench/language_model/commands.hpp"
#include "losscast/base/error.hpp"

namespace losscast::bench {
namespace {

template <class Number>
bool ascends(const std::vector<Number>& numbers) {
  return !numbers.empty() && std::ranges::is_sorted(numbers) && std::ranges::adjacent_find(numbers) == numbers.end();
}

void run(const cxxopts::ParseResult& given) {
  const auto command = given["COMMAND"].as<std::string>();
  const auto widths = given["widths"].as<std::vector<int>>();
  const auto are_of_heads = std::ranges::all_of(widths, [](int width) { return width >= 16 && width % 16 == 0; });
  if (!ascends(widths) || widths.size() < 2 || !are_of_heads)
    throw InputError("--widths makes no sense", "it lists multiples of 16, ascending, at least two",
                     "give such as 32,64");
  const auto peak_lrs = given["peaks"].as<std::vector<double>>();
  if (!ascends(peak_lrs) || !(peak_lrs.front() > 0))
    throw InputError("--peaks makes no sense", "it lists LRs above 0, ascending", "give such as 0.01,0.03");
  if (given["seeds"].as<int>() < 1) throw InputError("--seeds is below 1", "a mean needs one", "raise it");
  if (given["after"].as<int>() < 0) throw InputError("--after is below 0", "it counts updates", "give 0 or more");
  if (command == "norms") return norms(given);
  if (command == "peaks") return peaks(given);
  if (command == "coordinates") return coordinates(given);
  if (command == "widths") return bench::widths(given);
  throw InputError("the command \"" + command + "\" is unknown", "there are: norms, peaks, coordinates, widths",
                   "give one");
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_language_model",
                           "A small language model before and in training; COMMAND: norms, peaks, coordinates, widths");
  options.add_options()("widths", "of coordinates and widths, multiples of 16, ascending",
                        cxxopts::value<std::vector<int>>()->default_value("32,64,128"))  //
      ("peaks", "LRs, ascending",
       cxxopts::value<std::vector<double>>()->default_value("0.0025,0.005,0.01,0.02,0.04,0.08"))  //
      ("after", "updates before norms are measured, at the first of the peaks",
       cxxopts::value<int>()->default_value("0"))                                                     //
      ("steps", "updates of a run", cxxopts::value<int>()->default_value("300"))                      //
      ("seeds", "of weights and tokens, to average over", cxxopts::value<int>()->default_value("2"))  //
      ("threads", "0: all cores", cxxopts::value<int>()->default_value("1"));
  return losscast::bench::run_program(count, arguments, options, {"COMMAND"}, losscast::bench::run);
}
