// Class 3 coefficients of `adamw`, computed in the loop or read from a table: bench_coefficients [--draws N] ...
//
// One thread. Both ways give the same bytes, which is checked. A table is filled once and serves all paths of a draw.
#include <fmt/format.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "bench/coefficients/coefficients_cpu.hpp"
#include "bench/coefficients/tabled_river_hills.hpp"
#include "bench/common/choice.hpp"
#include "bench/common/example.hpp"
#include "bench/common/experiment.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "engine/tables.hpp"
#include "losscast/base/error.hpp"

namespace losscast::bench {
namespace {

Ways ways_here(Scheme scheme) {
  switch (choose_isa()) {
#if defined(__x86_64__)
    case Isa::avx512:
      return avx512::ways(scheme);
    case Isa::avx2:
      return avx2::ways(scheme);
#endif
    default:
      return generic::ways(scheme);
  }
}

struct Times {
  double computed, tabled, filling;  // seconds
};

// Its tables and values as every worker's; of a run it keeps the arguments alone, with which two kernels are then
// timed.
class KeepsArguments final : public EnsembleWorker {
 public:
  std::byte* tables(std::size_t bytes) override {
    tables_.resize(bytes);
    return tables_.data();
  }
  float* values(std::size_t count) override {
    values_.resize(count);
    return values_.data();
  }
  void run(const EnsembleArguments& arguments) override { kept = arguments; }
  void sort(std::size_t, std::size_t, float) override {}

  EnsembleArguments kept;

 private:
  std::vector<std::byte> tables_;
  std::vector<float> values_;
};

Times compare(const Experiment& request, Step block, int repeats) {
  const Ways ways = ways_here(request.scheme);
  const std::vector<std::size_t> numbers = by_length(request.recipes);
  const RecipeChoice schedules{request.recipes, numbers};
  const DrawConstants constants = make_constants(request, request.draws.size());
  KeepsArguments worker;
  const Tables tables = fill_tables(request, make_grid(block, schedules.longest(), {}), schedules, 1, worker);
  const std::span<float> values = simulate_paths(request, tables, constants, {.paths = request.paths}, worker);
  EnsembleArguments a = worker.kept;
  const std::span rows(static_cast<const BlockRow*>(a.coefficients),
                       tables.schedules() * tables.grid.block_begin.size());
  const auto run = [&](const CpuEnsemble& kernel) {
    const int width = cpu_tile_width(a, 1);
    return seconds_of([&] {
      for (std::int64_t tile = 0; tile < cpu_tile_count(a, width); ++tile) kernel.run_tile(a, width, tile);
    });
  };

  std::vector<LrResponse<float>> responses;
  for (int d = 0; d < a.draws; ++d) {
    const auto flat = request.model->path_constants(request.draws[static_cast<std::size_t>(d)]);
    responses.push_back({flat[3], flat[4], flat[5], flat[6]});  // as RiverHillsConstants has them
  }
  const std::size_t of_block = 4 * responses.size();
  std::vector<float> table(rows.size() * of_block);
  std::vector<TabledRow> tabled_rows(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    tabled_rows[i] = {&table[i * of_block], rows[i].block.bias, rows[i].block.peak};

  std::vector<double> computed, tabled, filling;
  for (int i = 0; i <= repeats; ++i) {
    a.coefficients = rows.data();
    computed.push_back(run(ways.computed));
    const std::vector<float> expected(values.begin(), values.end());
    filling.push_back(seconds_of([&] {
      for (std::size_t r = 0; r < rows.size(); ++r)
        ways.fill(rows[r].block, responses.data(), a.draws, &table[r * of_block]);
    }));
    a.coefficients = tabled_rows.data();
    tabled.push_back(run(ways.tabled));
    if (std::memcmp(values.data(), expected.data(), values.size() * sizeof(float)) != 0)
      throw Error(ExitCode::internal_or_io, "the two ways differ", "they are the same arithmetic", "find the mistake");
  }
  const auto median = [](std::vector<double> seconds) {
    seconds.erase(seconds.begin());  // warmed up
    return spread_of(std::move(seconds)).median;
  };
  return {median(computed), median(tabled), median(filling)};
}

void measure(const cxxopts::ParseResult& given) {
  Experiment request = example_request(find_model("adamw"));
  request.scheme =
      choice<Scheme>(given, "scheme", {{"euler", Scheme::euler}, {"exact-moments", Scheme::exact_moments}});
  request.recipes = example_schedules(given["schedules"].as<int>(), given["steps"].as<Step>());
  const auto draws = given["draws"].as<std::vector<int>>();
  const auto block = given["block"].as<Step>();
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const int count : draws) {
    if (count < kCpuTilePaths || count % kCpuTilePaths != 0)
      throw InputError(fmt::format("--draws {} cannot be run", count),
                       fmt::format("a tile has {} paths", kCpuTilePaths), "take a multiple of that");
    Experiment one = request;
    one.draws = scattered_draws(request.draws.front(), count);
    one.paths = std::max<std::int64_t>(count, given["paths"].as<std::int64_t>());
    const Times times = compare(one, block, given["repeats"].as<int>());
    const auto blocks = static_cast<double>(make_grid(block, one.recipes.front().total_steps(), {}).block_begin.size());
    const double steps =
        blocks * static_cast<double>(one.paths) * static_cast<double>(one.recipes.size()) * one.model->states();
    all.push_back({{"draws", count},
                   {"paths_of_a_draw", static_cast<double>(one.paths) / count},
                   {"table_megabytes", 12e-6 * blocks * count * static_cast<double>(one.recipes.size())},
                   {"computed", steps / times.computed},
                   {"from_table", steps / times.tabled},
                   {"from_table_with_filling", steps / (times.tabled + times.filling)}});
  }
  if (given.count("json") > 0) return fmt::print("{}\n", all.dump(2));
  fmt::print("adamw, m = {}, {} schedules, one thread, {}: path-steps/s\n", block, request.recipes.size(),
             isa_name(choose_isa()));
  fmt::print("{:>7} {:>13} {:>10} {:>12} {:>12} {:>16}\n", "draws", "paths a draw", "table MB", "computed",
             "from table", "with its filling");
  for (const auto& row : all)
    fmt::print("{:>7} {:>13.1f} {:>10.1f} {:>12.3e} {:>12.3e} {:>16.3e}\n", row["draws"].get<int>(),
               row["paths_of_a_draw"].get<double>(), row["table_megabytes"].get<double>(),
               row["computed"].get<double>(), row["from_table"].get<double>(),
               row["from_table_with_filling"].get<double>());
}

cxxopts::Options options() {
  cxxopts::Options out("bench_coefficients", "Class 3 coefficients, computed in the loop or read from a table");
  const auto number = [](const char* fallback) { return cxxopts::value<int>()->default_value(fallback); };
  out.add_options()("scheme", "euler or exact-moments",
                    cxxopts::value<std::string>()->default_value("exact-moments"))                       //
      ("block", "optimiser steps a block", cxxopts::value<Step>()->default_value("64"))                  //
      ("schedules", "number of schedules", number("16"))                                                 //
      ("paths", "of each, at least", cxxopts::value<std::int64_t>()->default_value("1024"))              //
      ("steps", "optimiser steps of each", cxxopts::value<Step>()->default_value("24000"))               //
      ("draws", "parameter draws", cxxopts::value<std::vector<int>>()->default_value("16,64,256,1024"))  //
      ("repeats", "timed runs", number("5"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
