// What a search costs, and how good its answer is: bench_search [--fit FIT] [--candidates LIST] [--grid]
// [--coverage N] [--simulated N] [--tail-searches N] ...
//
// By default: searches of more and more candidates of one space, and with --grid the winners beside a dense grid of
// that space. With one of the others instead, how often the winner is as good as claimed.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <numeric>

#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "bench/search/coverage.hpp"
#include "bench/search/exact_values.hpp"
#include "bench/search/request.hpp"
#include "bench/search/simulated.hpp"
#include "bench/search/spaces.hpp"
#include "bench/search/tail_searches.hpp"
#include "losscast/race/search.hpp"

namespace losscast::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kScreeningDraws = 32;
constexpr int kScreeningBlocks = 32;
constexpr std::size_t kScreened = 200;

// The most that this process has held so far. [MB]
double peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// That this process has had of all cores: what other work on the machine hardly changes.
double core_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The lowest mean on a dense grid: all points by few draws, then the best of them by all.
double lowest_on_grid(ConditionalMeans& means) {
  const CandidateList grid(wsd_space(SearchMethod::grid, 0), 1);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(grid.size()));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  std::vector<double> values;
  for (std::size_t first = 0; first < numbers.size(); first += ConditionalMeans::kMostSchedulesAtOnce) {
    const auto part =
        std::span(numbers).subspan(first, std::min(ConditionalMeans::kMostSchedulesAtOnce, numbers.size() - first));
    const auto some = exact_values(means, recipes_of(grid, part), kScreeningDraws, kScreeningBlocks);
    values.insert(values.end(), some.begin(), some.end());
  }
  std::partial_sort(numbers.begin(), numbers.begin() + kScreened, numbers.end(), [&](auto a, auto b) {
    return values[static_cast<std::size_t>(a)] < values[static_cast<std::size_t>(b)];
  });
  const auto best = exact_values(means, recipes_of(grid, std::span(numbers).first(kScreened)), means.draws());
  return *std::min_element(best.begin(), best.end());
}

Json measure_cost(const cxxopts::ParseResult& given) {
  const Experiment request = request_of(given);
  ConditionalMeans means(request, request);
  SearchOptions options;
  options.delta = given["delta"].as<double>();
  const double before = peak_memory();
  Json rows = Json::array();
  std::vector<Recipe> winners;
  for (const double wanted : given["candidates"].as<std::vector<double>>()) {
    const CandidateList list(wsd_space(SearchMethod::sobol, static_cast<std::int64_t>(wanted)), 1);
    SearchResult found;
    std::vector<double> seconds, of_cores;
    for (int repeat = 0; repeat < given["repeats"].as<int>(); ++repeat) {
      const double began = core_seconds();
      seconds.push_back(seconds_of([&] { found = search(list, request, options); }));
      of_cores.push_back(core_seconds() - began);
    }
    Json rounds = Json::array();
    for (const RaceRound& round : found.race.rounds)
      rounds.push_back({{"draws", round.units}, {"candidates", round.candidates}, {"survivors", round.survivors}});
    rows.push_back({{"candidates", list.size()},
                    {"seconds", spread_of(seconds).lowest},
                    {"core_seconds", spread_of(of_cores).lowest},
                    {"path_steps", found.performance.path_steps},
                    {"memory_mb", peak_memory() - before},
                    {"blocks_per_segment", found.blocks_per_segment},
                    {"rounds", rounds},
                    {"finalists", found.race.finalists.size()},
                    {"p_selection", found.selection.p_selection},
                    {"p_posterior", found.posterior->p_posterior},
                    {"rivals", found.posterior->rivals}});
    winners.push_back(recipes_of(list, {&found.winner, 1}).front());
    rows.back()["winner_mean"] = exact_values(means, {&winners.back(), 1}, means.draws()).front();
  }
  if (given.count("grid") == 0) return rows;
  const double lowest = lowest_on_grid(means);
  for (Json& row : rows) row["regret"] = row["winner_mean"].get<double>() - lowest;
  return rows;
}

void print_cost(const Json& rows) {
  fmt::print("{:>10} {:>8} {:>8} {:>11} {:>10} {:>7} {:<34} {:>11} {:>11} {:>7} {:>10} {:>10}\n", "candidates",
             "seconds", "of cores", "path-steps", "memory, MB", "blocks", "survivors (after draws)", "p_selection",
             "p_posterior", "rivals", "mean", "regret");
  for (const Json& row : rows) {
    std::string rounds;
    for (const Json& round : row["rounds"])
      rounds += fmt::format("{} ({}) ", round["survivors"].get<std::int64_t>(), round["draws"].get<std::int64_t>());
    fmt::print("{:>10} {:>8.3f} {:>8.3f} {:>11.3e} {:>10.1f} {:>7} {:<34} {:>11.4f} {:>11.4f} {:>7} {:>10.6f} {:>10}\n",
               row["candidates"].get<std::int64_t>(), row["seconds"].get<double>(), row["core_seconds"].get<double>(),
               row["path_steps"].get<double>(), row["memory_mb"].get<double>(), row["blocks_per_segment"].get<int>(),
               rounds, row["p_selection"].get<double>(), row["p_posterior"].get<double>(),
               row["rivals"].get<std::int64_t>(), row["winner_mean"].get<double>(),
               row.contains("regret") ? fmt::format("{:+.1e}", row["regret"].get<double>()) : "");
  }
}

void measure(const cxxopts::ParseResult& given) {
  const auto report = [&](const Json& rows, void (*print)(const Json&)) {
    if (given.count("json") > 0)
      fmt::print("{}\n", rows.dump(2));
    else
      print(rows);
  };
  if (given.count("coverage") > 0) {
    CoverageCase asked;
    asked.repeats = given["coverage"].as<int>();
    report(measure_coverage(request_of(given), asked), print_coverage);
  } else if (given.count("simulated") > 0) {
    report(measure_simulated(request_of(given), given["simulated"].as<int>()), print_simulated);
  } else if (given.count("tail-searches") > 0) {
    report(measure_tail_searches(request_of(given), given["tail-searches"].as<int>()), print_tail_searches);
  } else {
    report(measure_cost(given), print_cost);
  }
}

cxxopts::Options options() {
  cxxopts::Options out("bench_search", "What a search costs, and how good its answer is");
  const auto real = [](const char* fallback) { return cxxopts::value<double>()->default_value(fallback); };
  add_request_flags(out);
  out.add_options()("candidates", "numbers of candidates",
                    cxxopts::value<std::vector<double>>()->default_value("1e3,1e4,1e5"))         //
      ("delta", "nats that matter", real("1e-3"))                                                //
      ("grid", "compare the winners with a dense grid")                                          //
      ("coverage", "searches of each kind whose answers are checked", cxxopts::value<int>())     //
      ("simulated", "races of each kind that are simulated and checked", cxxopts::value<int>())  //
      ("tail-searches", "searches of each kind by quantiles and tail means that are checked", cxxopts::value<int>())(
          "repeats", "timed searches; the fastest counts", cxxopts::value<int>()->default_value("1"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
