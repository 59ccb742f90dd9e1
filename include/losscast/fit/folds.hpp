/// \file
/// Which runs are left out together, so that a fit to the others can be judged by them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast {

/// What the runs that are left out together have in common, and the others have not.
enum class Grouping {
  curve,    ///< the whole recipe: a run and its repeats
  family,   ///< the family of the schedule, whatever its arguments
  peak,     ///< the peak LR
  horizon,  ///< the number of steps of the schedule
};

/// All groupings, in the order in which people are shown them.
inline constexpr Grouping kGroupings[] = {Grouping::curve, Grouping::family, Grouping::peak, Grouping::horizon};

/// "curve", "family", "peak" or "horizon".
std::string_view grouping_name(Grouping grouping);

/// A run that is left out.
struct LeftOutRun {
  std::size_t curve = 0;  ///< its place among the curves
  Step known_until = 0;   ///< a training run had the same recipe, or points, so far: only later points judge the fit
};

/// A group of runs that is left out, and the runs that are fitted without it.
struct Fold {
  Grouping grouping = Grouping::curve;  ///< what the group is of
  std::string group;                    ///< in words: "cosine", "peak_lr 0.003", "24000 steps"
  std::vector<LeftOutRun> left_out;     ///< the group, without runs that no point of their own is left of
  std::vector<std::size_t> training;    ///< places of the curves to fit, ascending
};

/// A group, or a whole grouping, that cannot be left out.
struct SkippedFold {
  Grouping grouping = Grouping::curve;  ///< what the group is of
  std::string group;                    ///< in words; empty: the whole grouping
  std::string reason;                   ///< a phrase
};

/// What can be left out, and what cannot.
struct Folds {
  std::vector<Fold> folds;           ///< grouping by grouping, each in the order of the curves
  std::vector<SkippedFold> skipped;  ///< likewise
};

/// So many curves must be left to fit.
inline constexpr std::size_t kFewestTrainingCurves = 2;

/// Up to which step a fit that knows `training` knows `left_out`: as long as both had the same recipe (LR to 1e-6 of
/// the peak, weight decay, batch, model size) and the training run was logged; as long as both logged the same losses
/// (three in a row at least); where one is a branch of the other, up to the branch's first point. All of a repeat is
/// known, however far either was logged. Precondition: both have points.
Step known_until(const Curve& left_out, const Curve& training);

/// Leaves each group out once, for each of the groupings. Nothing leaks: a run that knows all of a left-out run, such
/// as a repeat of it, is not fitted either, and of a run that has its beginning in common with a training run only the
/// later points count. Skipped are groupings of one group only, groups without which fewer than kFewestTrainingCurves
/// are left, and groups without a point after the warm-up that is their own. Precondition: there are curves, each with
/// points.
Folds make_folds(std::span<const Curve> curves, std::span<const Grouping> groupings);

/// For each curve the place of the first one whose recipe it repeats, or its own.
std::vector<std::size_t> recipes_of(std::span<const Curve> curves);

/// The points of a left-out run that judge the fit: those after its warm-up and after `known_until`.
std::vector<CurvePoint> judging_points(const Curve& curve, Step known_until);

}  // namespace losscast
