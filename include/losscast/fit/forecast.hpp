/// \file
/// The way from a fit to the law that forecasts simulate.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// Sources of a forecast's spread, each of which can be switched off.
struct Uncertainty {
  /// Whether a source has a part in the spread.
  enum class Source {
    on,   ///< it has
    off,  ///< it has not
  };
  Source parameters = Source::on;    ///< off: every path takes the fitted parameters
  Source noise = Source::on;         ///< off: no start-up shift, run offset, river noise; hills follow their mean
  Source observation = Source::off;  ///< on: add the noise of a logged point, to compare with measured losses
};

/// The law of a run's loss by a fit: its model, draws in the order of the fit, noise, hazard, reference LR and weight
/// decay.
/// Before paths are simulated, with_draws_in_turn() is to put the draws in the order that the paths' errors rest on.
/// Throws InputError if the fit's model or parameters are not those of this program.
LossSde make_sde(const Fit& fit, const Uncertainty& uncertainty = {});

/// The same law with its draws in the order in which the paths of a seed take them: one of each of the batches that a
/// fit's draws come in (kDrawBatches), in turn, from places that the seed decides, one in each batch. So the first few
/// draws are of all batches, from whose means their errors are read, and other seeds begin with other draws.
LossSde with_draws_in_turn(LossSde sde, std::uint64_t seed);

/// The same law with the run offset of one run: larger than that of the fit where the run is longer than every training
/// run, or has a higher peak.
LossSde with_offset_of(LossSde sde, const Recipe& recipe);

/// The highest peak LR that forecasts stand for: up to it, with a probability of 90% by the fit's draws, the limit of
/// stability costs at most 0.005 nats. Infinite for a model that knows no such limit.
double standing_peak_lr(const Fit& fit);

/// Quantities of runs that differ by no more than this share of them are the same: a framework's schedule misses the
/// peak that it was given by as much where the peak falls between two steps. [1]
inline constexpr double kSameQuantity = 1e-3;

/// Says where a schedule lies outside the ranges of the training curves, each in a short phrase such as
/// "peak_lr 0.001 above 0.0003"; empty if it lies inside, or beyond an end by no more than kSameQuantity. Distrust a
/// peak above every training peak most.
std::vector<std::string> extrapolations(const Fit& fit, const Schedule& schedule);

/// Says how far the size of a fit lies from the nearest one trained, where no run is of it: "params 2e+08, 2 times as
/// large as the nearest size trained, 1e+08".
std::optional<std::string> size_extrapolation(const Fit& fit);

/// A quantity of a run that is more than this factor beyond what the training curves had is far outside.
inline constexpr double kFarFactor = 2;

/// Says in what a run lies so far outside the training curves that its forecast is a guess, each in a short phrase: its
/// peak LR, its number of steps, its weight decay, its batch size or its model's size is more than kFarFactor times
/// above or below theirs. `weight_decay` is that of a recipe that does not say its own.
std::vector<std::string> far_extrapolations(const Fit& fit, const Recipe& recipe, double weight_decay);

}  // namespace losscast
