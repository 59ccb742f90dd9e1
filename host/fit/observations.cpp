#include "fit/observations.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "fit/block_edges.hpp"
#include "fit/dense_rows.hpp"
#include "losscast/base/error.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

// Checks the curve's recipe as check_recipe() does, and adds the curve's name to the error.
void check_run(const SdeModel& model, const Reference& reference, const Curve& curve) {
  try {
    check_recipe(model, reference, curve.recipe);
  } catch (const InputError& error) {
    throw error.at("curve " + curve.name);
  }
}

std::vector<int> places_of(std::span<const Step> edges, std::span<const Step> steps) {
  std::vector<int> after;
  for (const Step step : steps)
    after.push_back(static_cast<int>(std::lower_bound(edges.begin(), edges.end(), step) - edges.begin()));
  return after;
}

// What a row of the log is a mean of.
StepRange range_of(const Curve& curve, Step step) {
  return {std::max<Step>(0, step - std::max<Step>(1, curve.mean_over)), step};
}

std::vector<CurvePoint> rows_from(const Curve& curve, Step first) {
  std::vector<CurvePoint> rows;
  for (const CurvePoint& point : curve.points)
    if (range_of(curve, point.step).after + 1 >= first) rows.push_back(point);
  return rows;
}

// One observation for each row. Returns what each is a mean of; nothing if they are all of single steps.
std::vector<MeanOf> take_rows(const Curve& curve, const std::vector<CurvePoint>& rows, Observations& out) {
  std::vector<MeanOf> means;
  for (const CurvePoint& row : rows) {
    out.steps.push_back(row.step);
    out.losses.push_back(row.loss);
    if (curve.mean_over > 1) means.push_back({range_of(curve, row.step)});
  }
  return means;
}

std::vector<MeanOf> take_windows(const Curve& curve, const std::vector<CurvePoint>& rows, std::span<const Step> borders,
                                 Observations& out) {
  std::vector<MeanOf> means;
  for (const RowWindow& window : windows_of_rows(rows, borders)) {
    out.steps.push_back(rows[window.last].step);
    out.losses.push_back(window.loss);
    MeanOf& mean = means.emplace_back();
    for (const std::size_t row : window.kept) mean.push_back(range_of(curve, rows[row].step));
  }
  return means;
}

// The run, cut where its losses were measured and where their means need the law.
Observations compressed(Observations run, const SdeModel& model, const Reference& reference) {
  std::vector<Step> steps;
  std::set_union(run.steps.begin(), run.steps.end(), run.means.steps.begin(), run.means.steps.end(),
                 std::back_inserter(steps));
  run.run = compress(model, run.curve->recipe, reference, run.curve->weight_decay, steps);
  run.after = places_of(run.run.table.edges, run.means.steps);
  run.run.after = places_of(run.run.table.edges, run.steps);
  return run;
}

}  // namespace

CompressedRun compress(const SdeModel& model, const Recipe& recipe, const Reference& reference, double weight_decay,
                       std::span<const Step> steps, Step longest) {
  const EffectiveLr effective_lr = model.effective_lr();
  const bool has_norm = effective_lr.weight_norm != EffectiveLr::WeightNorm::none;
  std::vector<Step> edges = block_edges({recipe, weight_decay, has_norm, longest}, steps);
  CompressedRun run{make_block_table(recipe, effective_lr, reference, weight_decay, std::move(edges)), {}};
  run.after = places_of(run.table.edges, steps);
  return run;
}

Observations in_blocks(Observations run, Step longest, const SdeModel& model, const Reference& reference) {
  const std::vector<Step>& steps = run.means.empty() ? run.steps : run.means.steps;
  run.run = compress(model, run.curve->recipe, reference, run.curve->weight_decay, steps, longest);
  if (!run.means.empty()) run.after = std::exchange(run.run.after, {});
  return run;
}

void measured_law(const SdeModel& model, const Observations& run, std::span<const double> parameters,
                  std::span<double> values, std::span<double> slopes) {
  if (run.means.empty()) return model.skeleton(run.run.table, parameters, run.run.after, values, slopes);
  std::vector<double> law(run.means.steps.size()), law_slopes(slopes.empty() ? 0 : law.size() * parameters.size());
  model.skeleton(run.run.table, parameters, run.after, law, law_slopes);
  run.means.average(law, 1, values);
  if (!slopes.empty()) run.means.average(law_slopes, parameters.size(), slopes);
}

Step first_usable_step(const Curve& curve) {
  return std::max<Step>(1, curve.steps_from.value_or(warmup_end(curve.recipe.schedule)));
}

Step first_fitted_step(const Curve& curve) {
  const Step first = first_usable_step(curve);
  if (curve.steps_from || curve.points.empty()) return first;
  constexpr double kShare = 0.045;
  const auto rest = static_cast<double>(std::max<Step>(0, curve.points.back().step - first));
  return first + static_cast<Step>(kShare * rest);
}

Observations observe(const Curve& curve, Step first, const SdeModel& model, const Reference& reference) {
  check_run(model, reference, curve);
  const std::vector<CurvePoint> rows = rows_from(curve, first);
  Observations one{&curve, {}, {}, {}, rows.size()};
  if (rows.empty()) return one;
  const std::vector<Step> borders = law_borders(curve.recipe);
  const bool dense = curve.thinned && rows.size() > kMostRows;
  const std::vector<MeanOf> means = dense ? take_windows(curve, rows, borders, one) : take_rows(curve, rows, one);
  if (!means.empty()) one.means = law_means(means, borders);
  return compressed(std::move(one), model, reference);
}

LawMeans means_until(const Curve& curve, std::span<const Step> steps) {
  std::vector<MeanOf> means;
  for (const Step step : steps) means.push_back({range_of(curve, step)});
  return law_means(means, law_borders(curve.recipe));
}

Observations some_rows(const Curve& curve, Step first, const SdeModel& model, const Reference& reference) {
  constexpr std::size_t kStretches = 16, kRows = 60;
  const std::vector<CurvePoint> all = rows_from(curve, first);
  std::vector<CurvePoint> rows;
  for (std::size_t stretch = 0; stretch < kStretches; ++stretch) {
    const std::size_t begin = (all.size() - kRows) * stretch / (kStretches - 1);
    rows.insert(rows.end(), all.begin() + static_cast<std::ptrdiff_t>(begin),
                all.begin() + static_cast<std::ptrdiff_t>(begin + kRows));
  }
  Observations one{&curve, {}, {}, {}, rows.size()};
  const std::vector<MeanOf> means = take_rows(curve, rows, one);
  if (!means.empty()) one.means = law_means(means, law_borders(curve.recipe));
  return compressed(std::move(one), model, reference);
}

Observations with_means(Observations run, LawMeans means, const SdeModel& model, const Reference& reference) {
  run.means = std::move(means);
  return compressed(std::move(run), model, reference);
}

Observations chosen(Observations run, std::span<const std::size_t> places, const SdeModel& model,
                    const Reference& reference) {
  const bool one_row_each = run.rows == run.steps.size();
  Observations out{run.curve, {}, {}, {}, one_row_each ? places.size() : run.rows};
  for (const std::size_t i : places) {
    out.steps.push_back(run.steps[i]);
    out.losses.push_back(run.losses[i]);
    if (run.means.empty()) continue;
    const std::size_t begin = i == 0 ? 0 : run.means.ends[i - 1];
    for (std::size_t term = begin; term < run.means.ends[i]; ++term) out.means.terms.push_back(run.means.terms[term]);
    out.means.ends.push_back(out.means.terms.size());
  }
  out.means.steps = std::move(run.means.steps);
  return compressed(std::move(out), model, reference);
}

}  // namespace losscast
