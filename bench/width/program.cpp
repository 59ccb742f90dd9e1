// Does what is said of values and widths hold in training? bench_width coordinates [--widths 64,256,1024], or
// bench_width loss-vs-lr [--svg FILE].
#include <algorithm>

#include "bench/common/program.hpp"
#include "bench/width/commands.hpp"
#include "losscast/base/error.hpp"

namespace losscast::bench {
namespace {

void run(const cxxopts::ParseResult& given) {
  const auto command = given["COMMAND"].as<std::string>();
  const auto widths = given["widths"].as<std::vector<int>>();
  const bool ascends = std::ranges::is_sorted(widths) && std::ranges::adjacent_find(widths) == widths.end();
  if (widths.empty() || widths.front() < 1 || !ascends)
    throw InputError("--widths makes no sense", "it lists widths, ascending", "give such as 64,128,256");
  if (given["seeds"].as<int>() < 1) throw InputError("--seeds is below 1", "a mean needs one", "raise it");
  if (command == "coordinates" && widths.size() < 2)
    throw InputError("--widths has one width", "a slope needs two", "add another");
  if (command == "coordinates") return coordinates(given);
  if (command == "loss-vs-lr") return loss_vs_lr(given);
  throw InputError("the command \"" + command + "\" is unknown", "there are: coordinates, loss-vs-lr", "give one");
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_width",
                           "Layers' learning and best LRs over widths; COMMAND: coordinates, loss-vs-lr");
  options.add_options()("widths", "of hidden layers, ascending",
                        cxxopts::value<std::vector<int>>()->default_value("64,128,256,512,1024"))  //
      ("methods", "of loss-vs-lr",
       cxxopts::value<std::vector<std::string>>()->default_value("sgd,adam,shampoo,kfac,kfac-heuristic"))  //
      ("steps", "updates of a run", cxxopts::value<int>()->default_value("200"))                           //
      ("seeds", "of weights and examples, to average over; loss-vs-lr takes twice as many below the widest",
       cxxopts::value<int>()->default_value("1"))                             //
      ("threads", "0: all cores", cxxopts::value<int>()->default_value("1"))  //
      ("svg", "a picture of the loss against the LR", cxxopts::value<std::string>());
  return losscast::bench::run_program(count, arguments, options, {"COMMAND"}, losscast::bench::run);
}
