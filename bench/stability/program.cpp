// What do peak LR and warm-up do to stability? bench_stability spikes examples/stability [--svg FILE], or
// bench_stability warmup $LOSSCAST_DATA/small_transformer [--svg FILE].
#include "bench/common/program.hpp"
#include "bench/stability/commands.hpp"
#include "losscast/base/error.hpp"

namespace losscast::bench {
namespace {

void run(const cxxopts::ParseResult& given) {
  const auto command = given["COMMAND"].as<std::string>();
  if (command == "spikes") return spikes(given);
  if (command == "warmup") return warmup(given);
  throw InputError("the command \"" + command + "\" is unknown", "there are: spikes, warmup", "give one");
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_stability", "Stability over peak LR and warm-up; COMMAND: spikes, warmup");
  options.add_options()("svg", "a picture of it", cxxopts::value<std::string>());
  return losscast::bench::run_program(count, arguments, options, {"COMMAND", "FOLDER"}, losscast::bench::run);
}
