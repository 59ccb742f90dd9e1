// Does what is said of values and widths hold in training? bench_width coordinates [--widest 1024], or bench_width
// loss-vs-lr [--svg FILE].
#include "bench/common/program.hpp"
#include "bench/width/commands.hpp"
#include "losscast/base/error.hpp"

namespace losscast::bench {
namespace {

void run(const cxxopts::ParseResult& given) {
  const auto command = given["COMMAND"].as<std::string>();
  if (given["widest"].as<int>() < 128)
    throw InputError("--widest is below 128", "a slope needs two widths, and the narrowest is 64", "raise it");
  if (given["seeds"].as<int>() < 1) throw InputError("--seeds is below 1", "a mean needs one", "raise it");
  if (command == "coordinates") return coordinates(given);
  if (command == "loss-vs-lr") return loss_vs_lr(given);
  throw InputError("the command \"" + command + "\" is unknown", "there are: coordinates, loss-vs-lr", "give one");
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_width",
                           "Layers' learning and best LRs over widths; COMMAND: coordinates, loss-vs-lr");
  options.add_options()("widest", "64, 128, ... up to this", cxxopts::value<int>()->default_value("1024"))  //
      ("steps", "updates of a run", cxxopts::value<int>()->default_value("200"))                            //
      ("seeds", "of weights, task and examples, to average over; loss-vs-lr takes twice as many below the widest",
       cxxopts::value<int>()->default_value("3"))                             //
      ("threads", "0: all cores", cxxopts::value<int>()->default_value("1"))  //
      ("svg", "a picture of the loss against the LR", cxxopts::value<std::string>());
  return losscast::bench::run_program(count, arguments, options, {"COMMAND"}, losscast::bench::run);
}
