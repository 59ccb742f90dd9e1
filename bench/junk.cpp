// Does junk in the training curves move forecasts? bench_junk MANIFEST [--train A,B,C] [--held NAME] [--seeds 1].
//
// Rows of one training curve, or of all, are replaced by junk of each kind. The forecast of the end of a run kept aside
// is compared with that of a fit to the curves as they are, and with the oracle's: of a fit to the rows that are no
// junk. Beside it: the width of the 90% band over that of the curves as they are, and how much of the junk was named,
// and how many good rows with it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "bench/common/junk.hpp"
#include "bench/common/program.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/manifest.hpp"

namespace losscast::bench {
namespace {

constexpr double kShares[] = {0.02, 0.05, 0.1, 0.2};

struct Case {
  Junk junk;
  double share;
  bool all;  // curves, or the first only
  std::uint64_t seed;
};

struct Forecast {
  double mean, width;
};

struct Outcome {
  Case what;
  double from_clean = 0, from_oracle = 0, width = 0;  // [nats], [nats], over that without junk
  int junk = 0, named = 0, good_named = 0;            // rows
  bool doubted = false;
};

struct Data {
  std::vector<Curve> train;
  std::optional<Curve> held;
  Forecast clean = {};
};

Forecast forecast_of(const Fit& fit, const Curve& held) {
  LossSde sde = with_offset_of(make_sde(fit), held.recipe);
  sde.weight_decay = held.weight_decay;
  const LossForecast forecast = forecast_at(sde, held.recipe, held.recipe.total_steps(), 1);
  return {forecast.mean, forecast.q95 - forecast.q05};
}

Fit fitted(const std::vector<Curve>& curves) { return fit_model(curves, find_model("adamw"), {.threads = 1}); }

bool names(const Fit& fit, const Curve& curve, Step step) {
  return std::any_of(fit.disowned.begin(), fit.disowned.end(), [&](const DisownedRows& rows) {
    return rows.curve == curve.name && rows.first_step <= step && step <= rows.last_step;
  });
}

Outcome try_case(const Data& data, const Case& what) {
  Outcome out{.what = what};
  Normals normal(what.seed);
  std::vector<Curve> junked = data.train, oracle = data.train;
  std::vector<std::vector<std::size_t>> junk(junked.size());
  for (std::size_t c = 0; c < (what.all ? junked.size() : 1); ++c) {
    junk[c] = add_junk(junked[c].points, what.junk, what.share, normal);
    for (std::size_t k = junk[c].size(); k-- > 0;)
      oracle[c].points.erase(oracle[c].points.begin() + static_cast<std::ptrdiff_t>(junk[c][k]));
  }
  const Fit fit = fitted(junked);
  for (std::size_t c = 0; c < junked.size(); ++c)
    for (std::size_t i = 0; i < junked[c].points.size(); ++i) {
      const bool is_junk = std::binary_search(junk[c].begin(), junk[c].end(), i);
      const bool named = names(fit, junked[c], junked[c].points[i].step);
      out.junk += is_junk ? 1 : 0;
      out.named += is_junk && named ? 1 : 0;
      out.good_named += !is_junk && named ? 1 : 0;
    }
  const Forecast forecast = forecast_of(fit, *data.held);
  out.from_clean = forecast.mean - data.clean.mean;
  out.from_oracle = forecast.mean - forecast_of(fitted(oracle), *data.held).mean;
  out.width = forecast.width / data.clean.width;
  out.doubted = !doubts(fit).empty();
  return out;
}

Data read_data(const cxxopts::ParseResult& given) {
  Data data;
  std::vector<std::string> wanted;
  std::stringstream list(given["train"].as<std::string>());
  for (std::string name; std::getline(list, name, ',');) wanted.push_back(name);
  for (const Curve& curve : read_manifest(given["MANIFEST"].as<std::string>()).curves) {
    if (std::find(wanted.begin(), wanted.end(), curve.name) != wanted.end()) data.train.push_back(curve);
    if (curve.name == given["held"].as<std::string>()) data.held = curve;
  }
  if (!data.held || data.train.size() != wanted.size())
    throw InputError("the manifest lacks a curve of --train or --held", "all are needed", "correct the names");
  data.clean = forecast_of(fitted(data.train), *data.held);
  return data;
}

std::vector<Case> cases_of(const cxxopts::ParseResult& given) {
  std::vector<Case> cases;
  for (const Junk junk : kAllJunk) {
    if (given.count("junk") > 0 && given["junk"].as<std::string>() != junk_name(junk)) continue;
    for (const double share : kShares) {
      if (given.count("share") > 0 && given["share"].as<double>() != share) continue;
      for (const bool all : {false, true})
        for (std::uint64_t seed = 1; seed <= given["seeds"].as<std::uint64_t>(); ++seed)
          cases.push_back({junk, share, all, seed});
    }
  }
  return cases;
}

nlohmann::ordered_json json_of(const Outcome& one) {
  return {{"junk", junk_name(one.what.junk)},
          {"share", one.what.share},
          {"curves", one.what.all ? "all" : "one"},
          {"seed", one.what.seed},
          {"from_clean", one.from_clean},
          {"from_oracle", one.from_oracle},
          {"width", one.width},
          {"rows", one.junk},
          {"named", one.named},
          {"good_rows_named", one.good_named},
          {"doubted", one.doubted}};
}

void measure(const cxxopts::ParseResult& given) {
  const Data data = read_data(given);
  const std::vector<Case> cases = cases_of(given);
  std::vector<Outcome> outcomes(cases.size());
  parallel_for(static_cast<std::int64_t>(cases.size()), given["threads"].as<int>(), [&](std::int64_t i) {
    outcomes[static_cast<std::size_t>(i)] = try_case(data, cases[static_cast<std::size_t>(i)]);
  });
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Outcome& one : outcomes) rows.push_back(json_of(one));
  if (given.count("json") > 0) {
    fmt::print("{}\n",
               nlohmann::ordered_json{{"mean", data.clean.mean}, {"width", data.clean.width}, {"rows", rows}}.dump(2));
    return;
  }
  fmt::print("without junk: mean {:.5f}, width {:.2e}\n", data.clean.mean, data.clean.width);
  fmt::print("{:8} {:>6} {:>6} {:>4} {:>11} {:>12} {:>6} {:>14} {:>10}\n", "junk", "share", "curves", "seed",
             "from clean", "from oracle", "width", "junk named", "good named");
  for (const Outcome& one : outcomes)
    fmt::print("{:8} {:>5.0f}% {:>6} {:>4} {:>11.2e} {:>12.2e} {:>6.2f} {:>14} {:>10}{}\n", junk_name(one.what.junk),
               100 * one.what.share, one.what.all ? "all" : "one", one.what.seed, one.from_clean, one.from_oracle,
               one.width, fmt::format("{} of {}", one.named, one.junk), one.good_named, one.doubted ? "  doubted" : "");
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_junk", "How junk in training curves moves a forecast");
  options.add_options()("train", "curves to fit",
                        cxxopts::value<std::string>()->default_value("constant,two_stage,cosine"))  //
      ("held", "the run to forecast", cxxopts::value<std::string>()->default_value("wsd_linear"))   //
      ("junk", "this kind only", cxxopts::value<std::string>())                                     //
      ("share", "this share of the rows only", cxxopts::value<double>())                            //
      ("seeds", "of each case", cxxopts::value<std::uint64_t>()->default_value("1"))                //
      ("threads", "threads; 0: all cores", cxxopts::value<int>()->default_value("0"));
  return losscast::bench::run_program(count, arguments, options, {"MANIFEST"}, losscast::bench::measure);
}
