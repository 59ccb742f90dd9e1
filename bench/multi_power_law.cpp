// Accuracy on public curves: bench_multi_power_law DATA_FOLDER [--json].
//
// Compares the published Multi-Power Law, with its published parameters, with losscast's models fitted to the published
// three training curves, on the other six. DATA_FOLDER holds multipowerlaw/SIZE/runs.csv and the curves.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/common/accuracy.hpp"
#include "bench/common/program.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/fit_model.hpp"

namespace losscast::bench {
namespace {

struct Row {
  std::string size, law;
  std::size_t parameters;
  Score score;
};

void add_rows(const std::string& size, const std::filesystem::path& folder, std::vector<Row>& rows) {
  const std::vector<PublicCurve> curves = read_public_curves(folder);
  rows.push_back({size, "Multi-Power Law, published", 7, score_published(published_parameters(size), curves)});
  for (const SdeModel* model : models()) {
    const Fit fit = fit_model(curves_of(curves, Split::train), *model);
    rows.push_back({size, std::string(model->name()), fit.parameters.size(), score_fit(fit, curves)});
  }
}

void print_table(const std::vector<Row>& rows) {
  fmt::print("{:5} {:28} {:>10} {:>7} {:>8} {:>8} {:>8} {:>8}\n", "size", "law", "parameters", "R2", "MAE", "RMSE",
             "PredE", "WorstE");
  for (const auto& [size, law, parameters, s] : rows)
    fmt::print("{:5} {:28} {:>10} {:7.4f} {:8.5f} {:8.5f} {:8.5f} {:8.5f}\n", size, law, parameters, s.r2, s.mae,
               s.rmse, s.pred_e, s.worst_e);
}

void print_json(const std::vector<Row>& rows) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& [size, law, parameters, s] : rows)
    out.push_back({{"size", size},
                   {"law", law},
                   {"parameters", parameters},
                   {"r2", s.r2},
                   {"mae", s.mae},
                   {"rmse", s.rmse},
                   {"pred_e", s.pred_e},
                   {"worst_e", s.worst_e}});
  fmt::print("{}\n", nlohmann::ordered_json{{"rows", out}}.dump(2));
}

void compare(const cxxopts::ParseResult& given) {
  const std::filesystem::path data = given["DATA_FOLDER"].as<std::string>();
  std::vector<Row> rows;
  for (const char* size : {"25M", "100M", "400M"}) {
    const auto folder = data / "multipowerlaw" / size;
    if (exists(folder)) add_rows(size, folder, rows);
  }
  if (rows.empty())
    throw InputError(fmt::format("{} has no folder multipowerlaw with 25M, 100M or 400M", data.string()),
                     "the curves are read from there", "name the folder of public curves");
  given.count("json") > 0 ? print_json(rows) : print_table(rows);
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  const cxxopts::Options options("bench_multi_power_law",
                                 "Accuracy of the published Multi-Power Law and of losscast's models on public curves");
  return losscast::bench::run_program(count, arguments, options, {"DATA_FOLDER"}, losscast::bench::compare);
}
