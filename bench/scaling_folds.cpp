// How well do scaling laws forecast models that they have not seen? bench_scaling_folds FOLDER [--draws 200]
// [--families 20], where FOLDER has opt.csv and gemstones.csv (`scaling` of the public data).
//
// Each fold fits some models of a family and forecasts larger ones: error of the last 30% of their tokens, and of all
// checkpoints but the first tenth, of the joint law, and of the published procedure with and without its cut; and the
// share of the last 30% within the bands of 90%.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "bench/common/program.hpp"
#include "losscast/io/scaling_csv.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/scaling/scaling_score.hpp"

namespace losscast::bench {
namespace {

namespace fs = std::filesystem;
using Models = std::vector<SizedModel>;

constexpr double kPaperCut = 10e9;  // tokens
constexpr double kFirst = 0.1;      // share of a model's tokens

struct Fold {
  std::string name;
  Models fitted, forecast;
  std::optional<ScalingFit> lender = {};
};

struct Outcome {
  double last, all, plain, plain_all, plain_cut, plain_cut_all, inside, width;
};

Models models_of(const Models& models, const std::function<bool(const SizedModel&)>& wanted) {
  Models some;
  std::ranges::copy_if(models, std::back_inserter(some), wanted);
  return some;
}

// All models up to each size from the third on, and the next one.
std::vector<Fold> next_size_folds(const std::string& family, const Models& models) {
  std::vector<Fold> folds;
  for (std::size_t i = 3; i < models.size(); ++i)
    folds.push_back({fmt::format("{}: {} -> {}", family, i, models[i].name),
                     {models.begin(), models.begin() + static_cast<std::ptrdiff_t>(i)},
                     {models[i]}});
  return folds;
}

Fold fold_between(const std::string& family, const Models& models, double below, double from, double to) {
  return {fmt::format("{}: below {:.3g} -> {:.3g} to {:.3g}", family, below, from, to),
          models_of(models, [&](const SizedModel& model) { return model.params < below; }),
          models_of(models, [&](const SizedModel& model) { return model.params >= from && model.params <= to; })};
}

// So many of the models below 1e9 parameters, drawn at random, and those above.
std::vector<Fold> drawn_folds(const Models& models, std::size_t count, int folds) {
  const Models small = models_of(models, [](const SizedModel& model) { return model.params < 1e9; });
  std::vector<Fold> all;
  for (int i = 0; i < folds; ++i) {
    std::vector<std::pair<std::uint32_t, std::size_t>> order;
    for (std::size_t m = 0; m < small.size(); ++m)
      order.emplace_back(
          random_bits(count, Stream::pilot, static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(m), 0).word[0],
          m);
    std::ranges::sort(order);
    Fold fold{.name = fmt::format("gemstones: {} drawn -> above 1e9", count), .fitted = {}, .forecast = {}};
    for (std::size_t m = 0; m < count; ++m) fold.fitted.push_back(small[order[m].second]);
    fold.forecast = models_of(models, [](const SizedModel& model) { return model.params >= 1e9; });
    all.push_back(fold);
  }
  return all;
}

std::pair<double, double> published(const Fold& fold, double cut) {
  ScalingOptions options{.form = ScalingForm::additive, .drop = 0, .drop_tokens = cut, .draws = 0};
  options.lender = fold.lender;
  const ScalingFit fit = fit_scaling(fold.fitted, options);
  return {average_relative_error(score_sizes(fit, fold.forecast)),
          average_relative_error(score_sizes(fit, fold.forecast, kFirst))};
}

Outcome outcome_of(const Fold& fold, int draws) {
  const ScalingFit fit = fit_scaling(fold.fitted, {.lender = fold.lender, .draws = draws});
  const auto scores = score_sizes(fit, fold.forecast);
  double width = 0, models = 0;
  for (const SizeScore& score : scores) {
    width += (score.forecasts.back().q95 - score.forecasts.back().q05) / score.forecasts.back().mean;
    ++models;
  }
  const auto [plain, plain_all] = published(fold, 0);
  const auto [cut, cut_all] = published(fold, kPaperCut);
  return {average_relative_error(scores),
          average_relative_error(score_sizes(fit, fold.forecast, kFirst)),
          plain,
          plain_all,
          cut,
          cut_all,
          share_in_band(scores),
          width / models};
}

void print_row(const std::string& name, const Outcome& outcome) {
  constexpr double kPercent = 100;
  fmt::print("{:44} {:6.2f} {:6.2f} {:8.2f} {:6.2f} {:8.2f} {:6.2f} {:8.0f} {:6.2f}\n", name, kPercent * outcome.last,
             kPercent * outcome.all, kPercent * outcome.plain, kPercent * outcome.plain_all,
             kPercent * outcome.plain_cut, kPercent * outcome.plain_cut_all, kPercent * outcome.inside,
             kPercent * outcome.width);
}

Outcome mean_of(const std::vector<Outcome>& outcomes) {
  Outcome mean{};
  for (const Outcome& one : outcomes)
    for (double Outcome::*member : {&Outcome::last, &Outcome::all, &Outcome::plain, &Outcome::plain_all,
                                    &Outcome::plain_cut, &Outcome::plain_cut_all, &Outcome::inside, &Outcome::width})
      mean.*member += one.*member / static_cast<double>(outcomes.size());
  return mean;
}

void measure(const cxxopts::ParseResult& given) {
  const fs::path folder = given["FOLDER"].as<std::string>();
  const int draws = given["draws"].as<int>(), families = given["families"].as<int>();
  const Models opt = read_scaling_csv(folder / "opt.csv").models;
  const Models gems = read_scaling_csv(folder / "gemstones.csv").models;
  fmt::print(
      "percent; joint law | published | published without the first 1e10 tokens: last 30%, all but the first "
      "tenth; in band; width\n");
  std::vector<Outcome> all;
  std::vector<Fold> folds = next_size_folds("opt", opt);
  folds.push_back(fold_between("gemstones", gems, 1e9, 1e9, 1e10));
  folds.push_back(fold_between("gemstones", gems, 4e8, 4e8, 6e8));
  folds.push_back(fold_between("gemstones", gems, 4e8, 1e9, 1e10));
  folds.push_back(fold_between("gemstones", gems, 1.5e9, 1.5e9, 1e10));
  for (const Fold& fold : folds) {
    all.push_back(outcome_of(fold, draws));
    print_row(fold.name, all.back());
  }
  const ScalingFit lender = fit_scaling(opt, {.draws = draws});
  for (const std::size_t count : {1u, 3u, 5u}) {
    std::vector<Outcome> some;
    for (Fold& fold : drawn_folds(gems, count, families)) {
      if (count == 1) fold.lender = lender;
      some.push_back(outcome_of(fold, draws));
    }
    print_row(fmt::format("gemstones: {} drawn{} -> above 1e9", count, count == 1 ? " (A, alpha of opt)" : ""),
              mean_of(some));
    all.insert(all.end(), some.begin(), some.end());
  }
  print_row("mean of all folds", mean_of(all));
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_scaling_folds", "How well scaling laws forecast models that they have not seen");
  options.add_options()("draws", "laws that tell the uncertainty", cxxopts::value<int>()->default_value("200"))  //
      ("families", "drawn of each number of models", cxxopts::value<int>()->default_value("20"));
  return losscast::bench::run_program(count, arguments, options, {"FOLDER"}, losscast::bench::measure);
}
