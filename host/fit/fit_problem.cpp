#include "fit/fit_problem.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "fit/coordinates.hpp"
#include "fit/given_priors.hpp"
#include "fit/junk_rows.hpp"
#include "fit/median.hpp"
#include "fit/shifted_schedule.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

// R with R'R = the precision.
std::vector<std::vector<double>> root_of(const std::vector<std::vector<double>>& precision) {
  const auto size = static_cast<Eigen::Index>(precision.size());
  Eigen::MatrixXd matrix(size, size);
  for (Eigen::Index i = 0; i < size; ++i)
    for (Eigen::Index j = 0; j < size; ++j)
      matrix(i, j) = precision[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  const Eigen::LLT<Eigen::MatrixXd> factor(matrix);
  LOSSCAST_EXPECTS(factor.info() == Eigen::Success);
  const Eigen::MatrixXd upper = factor.matrixU();
  std::vector<std::vector<double>> root(precision.size(), std::vector<double>(precision.size()));
  for (Eigen::Index i = 0; i < size; ++i)
    for (Eigen::Index j = i; j < size; ++j)
      root[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = upper(i, j);
  return root;
}

// Sum of the LRs of a run until it was last logged.
double sum_of_lrs(const Curve& curve) {
  const Step end = curve.points.empty() ? curve.recipe.total_steps() : curve.points.back().step;
  std::vector<double> lrs(static_cast<std::size_t>(end));
  curve.recipe.schedule.fill(0, lrs);
  return std::accumulate(lrs.begin(), lrs.end(), 0.0);
}

double lowest_peak(std::span<const Curve> curves, double highest) {
  double lowest = highest;
  for (const Curve& curve : curves)
    if (curve.recipe.peak_lr() > 0) lowest = std::min(lowest, curve.recipe.peak_lr());
  return lowest / highest;
}

std::optional<double> initial_rms_of(std::span<const Curve> curves) {
  for (const Curve& curve : curves)
    if (curve.initial_rms) return curve.initial_rms;
  return {};
}

// The points of a run from a step on, without junk.
Observations good_points(const FitProblem& problem, const Curve& curve, Step first,
                         std::span<const DisownedRows> junk) {
  Observations all = observe(curve, first, *problem.model, problem.reference);
  const auto is_junk = [&](Step step) {
    return std::any_of(junk.begin(), junk.end(),
                       [&](const DisownedRows& rows) { return rows.first_step <= step && step <= rows.last_step; });
  };
  if (junk.empty() || std::all_of(all.steps.begin(), all.steps.end(), is_junk)) return all;
  std::vector<std::size_t> good;
  for (std::size_t i = 0; i < all.steps.size(); ++i)
    if (!is_junk(all.steps[i])) good.push_back(i);
  return chosen(std::move(all), good, *problem.model, problem.reference);
}

// The junk among all usable points of a run. Before the step `first` the loss may obey no law yet: there only what is
// off by at least `least_before` nats counts as junk.
std::vector<DisownedRows> junk_of(const FitProblem& problem, const Curve& curve, std::span<const double> parameters,
                                  Step first, double least_before) {
  const Observations whole = observe(curve, first_usable_step(curve), *problem.model, problem.reference);
  std::vector<double> residuals;
  law_residuals(problem, whole, parameters, residuals);
  std::vector<DisownedRows> out;
  for (const JunkRows& rows : find_junk(whole.losses, residuals)) {
    if (whole.steps[rows.last] < first && std::abs(rows.size) < least_before) continue;
    const bool shifted = is_shifted_schedule(curve.recipe.schedule, whole.steps, rows);
    out.push_back({curve.name, shifted ? DisownedKind::schedule : rows.kind, whole.steps[rows.first],
                   whole.steps[rows.last], static_cast<int>(rows.last - rows.first + 1), rows.size});
  }
  return out;
}

std::vector<DisownedRows> disowned_of(const FitProblem& problem, const Curve& curve) {
  std::vector<DisownedRows> out;
  for (const DisownedRows& rows : problem.disowned)
    if (rows.curve == curve.name) out.push_back(rows);
  return out;
}

bool same_rows(const std::vector<DisownedRows>& a, const std::vector<DisownedRows>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const DisownedRows& x, const DisownedRows& y) {
    return x.curve == y.curve && x.first_step == y.first_step && x.last_step == y.last_step;
  });
}

// Parameters of which something is known together have no prior of their own, and begin where they are expected.
void free_known(const KnownParameters& known, std::vector<ModelParameter>& parameters) {
  for (std::size_t i = 0; i < known.names.size(); ++i)
    for (ModelParameter& parameter : parameters) {
      if (parameter.name != known.names[i]) continue;
      parameter.prior.reset();
      parameter.fixed.reset();
      parameter.known_before = true;
      const double expected = from_coordinate(parameter, known.mean[i]);
      if (parameter.starts) parameter.starts = {{expected, expected}};
    }
}

JointPrior joint_prior(const KnownParameters& known, const FitProblem& problem) {
  JointPrior joint;
  joint.mean = known.mean;
  for (const std::string& name : known.names) {
    const auto place = std::find_if(problem.searched.begin(), problem.searched.end(),
                                    [&](std::size_t p) { return problem.parameters[p].name == name; });
    LOSSCAST_EXPECTS(place != problem.searched.end());
    joint.coordinates.push_back(static_cast<std::size_t>(place - problem.searched.begin()));
  }
  joint.root = root_of(known.precision);
  return joint;
}

}  // namespace

bool FitProblem::has_prior(std::size_t coordinate) const {
  if (parameter_of(coordinate).prior) return true;
  return joint && std::count(joint->coordinates.begin(), joint->coordinates.end(), coordinate) > 0;
}

std::size_t FitProblem::points() const {
  return std::accumulate(observations.begin(), observations.end(), std::size_t{0},
                         [](std::size_t sum, const Observations& one) { return sum + one.steps.size(); });
}

Reference reference_of(std::span<const Curve> curves) {
  Reference out;
  double longest = 0;
  std::vector<double> decays;
  for (const Curve& curve : curves) {
    out.lr = std::max(out.lr, curve.recipe.peak_lr());
    longest = std::max(longest, sum_of_lrs(curve));
    if (const double decay = weight_decay_of(curve.recipe, curve.weight_decay).at(0); decay > 0)
      decays.push_back(decay);
    if (out.batch == 0 && curve.recipe.batch) out.batch = curve.recipe.batch->at(0);
  }
  if (!decays.empty()) out.weight_decay = median_of(std::move(decays));
  if (!(longest > 0))
    throw InputError("the LR of every training run is zero as far as it was logged",
                     "the law of the loss goes by the LR", "give a run with a positive LR");
  out.steps = longest / out.lr;
  return out;
}

FitProblem make_problem(std::span<const Curve> curves, const SdeModel& model, const FitOptions& options) {
  FitProblem problem{&model, options.reference ? *options.reference : reference_of(curves), {}, {}, {}, {}};
  problem.parameters =
      model.parameters_for({problem.reference, lowest_peak(curves, problem.reference.lr), initial_rms_of(curves)});
  apply_priors(options.priors, problem.parameters);
  if (options.known) free_known(*options.known, problem.parameters);
  for (std::size_t p = 0; p < problem.parameters.size(); ++p)
    if (!problem.parameters[p].fixed) problem.searched.push_back(p);
  if (options.known) problem.joint = joint_prior(*options.known, problem);
  for (const Curve& curve : curves) {
    Observations one = observe(curve, first_fitted_step(curve), model, problem.reference);
    if (!one.steps.empty()) problem.observations.push_back(std::move(one));
  }
  return problem;
}

bool disown_junk(FitProblem& problem, std::span<const double> parameters) {
  std::vector<DisownedRows> found;
  for (Observations& run : problem.observations) {
    const Step first = first_fitted_step(*run.curve);
    const std::vector<DisownedRows> junk =
        junk_of(problem, *run.curve, parameters, first, std::numeric_limits<double>::infinity());
    found.insert(found.end(), junk.begin(), junk.end());
    if (same_rows(junk, disowned_of(problem, *run.curve))) continue;
    run = good_points(problem, *run.curve, first, junk);
  }
  const bool other = !same_rows(found, problem.disowned);
  problem.disowned = std::move(found);
  return other;
}

bool take_early_points(FitProblem& problem, std::span<const double> parameters) {
  constexpr double kNear = 0.02, kGross = 0.3;  // nats
  bool any = false;
  for (Observations& run : problem.observations) {
    const Step first = first_usable_step(*run.curve), fitted = first_fitted_step(*run.curve);
    if (first == fitted) continue;
    const std::vector<DisownedRows> junk = junk_of(problem, *run.curve, parameters, fitted, kGross);
    Observations whole = good_points(problem, *run.curve, first, junk);
    if (whole.steps.front() == run.steps.front()) continue;
    std::vector<double> residuals;
    law_residuals(problem, whole, parameters, residuals);
    if (!std::all_of(residuals.begin(), residuals.end(), [](double r) { return std::abs(r) <= kNear; })) continue;
    std::erase_if(problem.disowned, [&](const DisownedRows& rows) { return rows.curve == run.curve->name; });
    problem.disowned.insert(problem.disowned.end(), junk.begin(), junk.end());
    run = std::move(whole);
    any = true;
  }
  return any;
}

std::vector<double> to_coordinates(const FitProblem& problem, std::span<const double> parameters) {
  std::vector<double> out;
  for (const std::size_t p : problem.searched) out.push_back(to_coordinate(problem.parameters[p], parameters[p]));
  return out;
}

std::vector<double> from_coordinates(const FitProblem& problem, std::span<const double> coordinates) {
  std::vector<double> out;
  for (const ModelParameter& parameter : problem.parameters) out.push_back(parameter.fixed.value_or(0));
  for (std::size_t i = 0; i < coordinates.size(); ++i)
    out[problem.searched[i]] = from_coordinate(problem.parameter_of(i), coordinates[i]);
  return out;
}

void law_residuals(const FitProblem& problem, const Observations& run, std::span<const double> parameters,
                   std::vector<double>& residuals, std::vector<double>* jacobian) {
  const std::size_t count = run.steps.size(), all = parameters.size(), n = problem.searched.size();
  std::vector<double> slopes(jacobian != nullptr ? count * all : 0);
  residuals.resize(count);
  measured_law(*problem.model, run, parameters, residuals, slopes);
  for (std::size_t i = 0; i < count; ++i) residuals[i] = run.losses[i] - residuals[i];
  if (jacobian == nullptr) return;
  jacobian->resize(count * n);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t p = problem.searched[k];
      (*jacobian)[i * n + k] = -slopes[i * all + p] * coordinate_slope(problem.parameters[p], parameters[p]);
    }
}

void law_residuals(const FitProblem& problem, std::span<const double> parameters, std::vector<double>& residuals,
                   std::vector<double>* jacobian) {
  residuals.clear();
  if (jacobian != nullptr) jacobian->clear();
  std::vector<double> of_run, slopes;
  for (const Observations& run : problem.observations) {
    law_residuals(problem, run, parameters, of_run, jacobian != nullptr ? &slopes : nullptr);
    residuals.insert(residuals.end(), of_run.begin(), of_run.end());
    if (jacobian != nullptr) jacobian->insert(jacobian->end(), slopes.begin(), slopes.end());
  }
}

}  // namespace losscast
