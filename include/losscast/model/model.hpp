/// \file
/// An SDE model as host code sees it, whatever its type: parameters, exact moments, constants for the kernels.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "losscast/model/coefficients.hpp"
#include "losscast/model/loss_moments.hpp"
#include "losscast/model/mean_run.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/path_noise.hpp"
#include "losscast/model/reference.hpp"
#include "losscast/model/scheme.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// Class 1 coefficients of consecutive blocks, and where they begin: block b covers the updates edges[b] <= s <
/// edges[b+1].
struct BlockTable {
  std::vector<Step> edges;            ///< ascending, from 0
  std::vector<Block<double>> blocks;  ///< edges.size() - 1
};

/// What a recipe does to every path, block by block. `edges` ascends, starts at 0, ends at or before the run's end.
/// `weight_decay` is that of a recipe that does not say its own.
BlockTable make_block_table(const Recipe& recipe, const EffectiveLr& effective_lr, const Reference& reference,
                            double weight_decay, std::vector<Step> edges);

/// The same in few blocks, each segment of the schedule in `blocks_per_segment` at most, denser towards its ends; a
/// segment in which weight decay or batch size change counts as several. Sums over a block's updates are quadratures of
/// three nodes, exact for polynomials of degree 5: its price does not grow with the run, but for LRs that are given one
/// by one.
BlockTable make_coarse_table(const Recipe& recipe, const EffectiveLr& effective_lr, const Reference& reference,
                             double weight_decay, int blocks_per_segment);

/// What a ModelSpec and its Dynamics (dynamics.hpp) are to host code.
class SdeModel {
 public:
  /// Models are deleted through their base.
  virtual ~SdeModel() = default;

  /// The name that the model has in files and on the command line.
  virtual std::string_view name() const = 0;
  /// One line for people.
  virtual std::string_view summary() const = 0;
  /// The parameters, in the order that every span of their values has.
  virtual std::span<const ModelParameter> parameters() const = 0;
  /// The same with the bounds, starts and priors of a fit to these runs, and what they cannot determine fixed.
  virtual std::vector<ModelParameter> parameters_for(const TrainingRuns& runs) const = 0;
  /// How the effective LR follows from the LR.
  virtual EffectiveLr effective_lr() const = 0;
  virtual int states() const = 0;  ///< of a path

  /// Mean and variance of the scheme's own Markov chain on these blocks, exactly: the oracle of the engine. With
  /// Scheme::exact_moments and blocks of one step it is the SDE's exact law. `after` lists, ascending, the numbers of
  /// blocks after which to report.
  virtual std::vector<LossMoments> moments(const BlockTable& table, std::span<const double> parameters,
                                           const PathNoise& noise, Scheme scheme, std::span<const int> after) const = 0;

  /// The noise-free law at the same places, and its derivatives: jacobian[i * parameters().size() + p]. An empty
  /// `jacobian` asks for none of them, which takes a tenth of the time.
  virtual void skeleton(const BlockTable& table, std::span<const double> parameters, std::span<const int> after,
                        std::span<double> values, std::span<double> jacobian) const = 0;

  /// A recursion of that law which also gives its derivatives by every LR: for MeanLaw.
  virtual std::unique_ptr<MeanRun> mean_run() const = 0;

  /// Class 2 coefficients of one draw, as the kernels read them, and how many they are.
  virtual std::vector<float> path_constants(std::span<const double> parameters) const = 0;
  /// Length of path_constants().
  virtual int constants_size() const = 0;

  /// Squared weight norm before the first update, relative to its equilibrium at the reference LR; 1 without one.
  virtual double initial_norm(std::span<const double> parameters) const = 0;

  /// Relaxation rates and mean levels of the hills, in double.
  virtual std::vector<Hill> hill_constants(std::span<const double> parameters) const = 0;

  /// What a block does to a path with these parameters.
  virtual Drive<double> drive_of(const Block<double>& block, std::span<const double> parameters) const = 0;

  /// d signal / d u at the river's clock time u [nats / horizon].
  virtual double signal_slope(std::span<const double> parameters, double u) const = 0;

  /// Largest relaxation rate x clock time of a block: Euler-Maruyama is unstable from 2 on.
  virtual double largest_rate_times_clock(const BlockTable& table, std::span<const double> parameters) const = 0;
};

/// All models, in the order in which people are shown them.
std::span<const SdeModel* const> models();

/// Throws ArgumentError("model", ...) with the nearest name if there is none of that name.
const SdeModel& find_model(std::string_view name);

}  // namespace losscast
