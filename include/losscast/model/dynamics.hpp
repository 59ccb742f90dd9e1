/// \file
/// What a model is to the rest of the library: a spec, which says what it is, and the dynamics that the spec names,
/// which says how its loss moves. Both are types whose members are all static; the concepts below state them.
///
/// A model of known dynamics, with other hills or another signal, say, is a spec alone. A model with a further state
/// has a dynamics of its own, which may hold another one and add to it. Neither changes the engine or the kernels: they
/// have a tile of P paths of a Dynamics moved across blocks, and read its loss.
#pragma once

#include <array>
#include <concepts>
#include <iterator>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "losscast/base/macros.hpp"
#include "losscast/math/modes.hpp"
#include "losscast/model/coefficients.hpp"
#include "losscast/model/loss_moments.hpp"
#include "losscast/model/parameter.hpp"
#include "losscast/model/path_noise.hpp"
#include "losscast/model/scheme.hpp"

namespace losscast::inline LOSSCAST_ISA {

/// Class 2 coefficients of a dynamics: D::Constants<Real>, a flat struct of nothing but `Real`s, so that the kernels
/// find one draw's after another's in memory.
template <class D, class Real>
using ConstantsOf = typename D::template Constants<Real>;

/// How many numbers they are.
template <class D>
inline constexpr int kConstants = static_cast<int>(sizeof(ConstantsOf<D, float>) / sizeof(float));

/// Whether the constants are such a struct.
template <class D>
concept FlatConstants = std::is_standard_layout_v<ConstantsOf<D, float>> &&
                        std::is_trivially_copyable_v<ConstantsOf<D, float>> &&
                        sizeof(ConstantsOf<D, double>) == kConstants<D> * sizeof(double);

/// The paths of a dynamics under a scheme, P side by side. All of it runs on host and device (LOSSCAST_HD), in FP32 and
/// by the functions of `Math` (math/modes.hpp) and `losscast::math` alone.
///
/// - `kStates`, `kNormals`: states of a path, which path-steps count, and standard normal variates that it takes
///   a block
/// - `Paths<scheme, P>`: what is constant along P paths: [P] arrays, or what they share
/// - `State<P>`: what moves, under one schedule: [P] arrays
/// - `load(paths, lane, constants, noise)`: sets lane number `lane` to a path with these constants
/// - `start(state)`: before the first update
/// - `step<Math>(state, paths, block, noise, z)`: across one block, on the normals z[kNormals][P]; an empty block
///   (all of it 0 but norm_offset 1) changes nothing
/// - `loss(state, lane, constants, shift)`: of a path [nats per token], without what a request adds to it (offset,
///   spikes) and what is added next; `shift` is its u(0) [horizons]
/// - `added_loss(constants, block)`: of all paths with these constants [nats], such as Block::bias; also on the host in
///   any number type
/// - `clock_time<Math>(block, paths, lane)`: clock time that the block takes for a path, which drives spikes
template <class D, Scheme scheme, int P>
concept MovesTiles = requires(typename D::template State<P>& state, typename D::template Paths<scheme, P>& paths,
                              const typename D::template State<P>& read, const ConstantsOf<D, float>& constants,
                              const PathNoise& noise, const Block<float>& block, const float (&z)[D::kNormals][P],
                              float shift, int lane) {
  D::load(paths, lane, constants, noise);
  D::start(state);
  D::template step<ReproducibleMath>(state, paths, block, noise, z);
  { D::loss(read, lane, constants, shift) } -> std::same_as<float>;
  { D::added_loss(constants, block) } -> std::same_as<float>;
  { D::template clock_time<ReproducibleMath>(block, paths, lane) } -> std::same_as<float>;
};

/// The law of its loss, on the host, in double or in any number type `Real` that behaves like it (dual numbers give the
/// fit its derivatives).
///
/// - `drive(block, constants)`: what a block does to a path
/// - `initial_norm(constants)`: n(0), relative squared weight norm before the first update; 1 without one
/// - `hills(constants)`: those parts of the loss that relax, whose rates limit Euler-Maruyama's step and from which
///   a fit estimates noise
/// - `signal(constants, u)`: the slow part of the loss at clock u, without its floor [nats]
/// - `Mean<Real>`: a std::array: state of the recursion of the noise-free law
/// - `first_mean(constants)`, `move_mean(mean, constants, block)`, `mean_loss(mean, constants)`: that recursion, with
///   exact moments: what is fitted [nats]
/// - `Moments`: state of the recursion of mean and variance
/// - `first_moments(constants)`, `move_moments<scheme>(moments, constants, block, noise)`, `loss_moments(moments,
///   constants, noise)`: the moments of the scheme's own Markov chain, exactly: the oracle of the paths. Their skeleton
///   is mean_loss() for exact moments, to rounding
template <class D, class Real>
concept HasMeanLaw = requires(typename D::template Mean<Real>& mean, const typename D::template Mean<Real>& read,
                              const ConstantsOf<D, Real>& constants, const Block<Real>& block, const Real& u) {
  requires std::same_as<typename D::template Mean<Real>,
                        std::array<Real, std::tuple_size_v<typename D::template Mean<Real>>>>;
  { D::drive(block, constants) } -> std::same_as<Drive<Real>>;
  { D::initial_norm(constants) } -> std::same_as<Real>;
  { D::signal(constants, u) } -> std::same_as<Real>;
  { D::first_mean(constants) } -> std::same_as<typename D::template Mean<Real>>;
  D::move_mean(mean, constants, block);
  { D::mean_loss(read, constants) } -> std::same_as<Real>;
};

/// The second part of the law: mean and variance by a scheme.
template <class D, Scheme scheme>
concept HasMoments = requires(typename D::Moments& moments, const ConstantsOf<D, double>& constants,
                              const Block<double>& block, const PathNoise& noise) {
  { D::first_moments(constants) } -> std::same_as<typename D::Moments>;
  D::template move_moments<scheme>(moments, constants, block, noise);
  { D::loss_moments(moments, constants, noise) } -> std::same_as<LossMoments>;
  { D::hills(constants)[0] } -> std::convertible_to<Hill>;
};

/// All that a dynamics is asked for, in both schemes.
template <class D>
concept Dynamics = D::kStates >
0 && D::kNormals > 0 &&
    FlatConstants<D>&& MovesTiles<D, Scheme::euler, 4>&& MovesTiles<D, Scheme::exact_moments, 4>&&
        HasMeanLaw<D, double>&& HasMoments<D, Scheme::euler>&& HasMoments<D, Scheme::exact_moments>;

/// What a model states.
///
/// - `kName`, `kSummary`: as `losscast list models` shows them; the name is the one in files
/// - `kParameters[]`: each with unit, meaning, bounds, scale, and starting values or none (parameter.hpp)
/// - `kEffectiveLr`: how LRs enter the tables of blocks
/// - `Dynamics`: what moves; a template of it has the spec as its argument, Dynamics::Spec
/// - `constants(parameters)`: Dynamics::Constants<Real> of a draw, `parameters` being Real[] in the order of
///   kParameters
template <class S>
concept ModelSpec = Dynamics<typename S::Dynamics> && std::same_as<typename S::Dynamics::Spec, S> &&
    std::is_same_v<std::remove_cv_t<decltype(S::kEffectiveLr)>, EffectiveLr> && requires(const double* parameters) {
  { S::kName } -> std::convertible_to<std::string_view>;
  { S::kSummary } -> std::convertible_to<std::string_view>;
  { *std::begin(S::kParameters) } -> std::convertible_to<const ModelParameter&>;
  { S::constants(parameters) } -> std::same_as<ConstantsOf<typename S::Dynamics, double>>;
};

}  // namespace losscast::inline LOSSCAST_ISA
