#include "losscast/hazard/spike_rate.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

using Known = RateEvidence::Known;

constexpr int kExponents = 81, kRates = 121;
constexpr double kExponentStep = 0.2, kRateStep = 0.2;
constexpr double kPriorExponent = 6, kPriorExponentDeviation = 3, kPriorLogSpikesDeviation = 5;

bool has_spikes(const RateEvidence& run) {
  return run.known == Known::count ? !run.strains_of_spikes.empty() : run.known == Known::some;
}

// Sum over the steps of (strain/reference)^exponent: steps at the reference that weigh as much.
double equivalent_steps(std::span<const StrainedSteps> run, double reference, double exponent) {
  double sum = 0;
  for (const StrainedSteps& part : run) sum += part.steps * std::pow(part.strain / reference, exponent);
  return sum;
}

double highest_strain(const RateEvidence& run) {
  return std::ranges::max(run.strained, {}, &StrainedSteps::strain).strain;
}

double steps_of(const RateEvidence& run) {
  double steps = 0;
  for (const StrainedSteps& part : run.strained) steps += part.steps;
  return steps;
}

// The logarithm of the probability of what the run shows, given the number of spikes that is expected of it.
double log_likelihood(const RateEvidence& run, double reference, double exponent, double log_rate, double expected) {
  if (run.known == Known::some) return std::log(-std::expm1(-expected));
  double sum = -expected;
  if (run.known == Known::count)
    for (const double strain : run.strains_of_spikes) sum += log_rate + exponent * std::log(strain / reference);
  return sum;
}

void require_contrast(std::span<const RateEvidence> evidence) {
  const auto known = [](const RateEvidence& run) { return run.known == Known::count && has_spikes(run); };
  if (std::ranges::none_of(evidence, has_spikes))
    throw InputError("no run spiked", "a rate follows from runs that do and runs that do not", "add runs that spiked");
  if (std::ranges::all_of(evidence, has_spikes) && std::ranges::none_of(evidence, known))
    throw InputError("all runs spiked", "a rate follows from runs that do and runs that do not",
                     "add runs that did not, or how often and when they spiked");
}

}  // namespace

SpikeRate::SpikeRate(std::span<const RateEvidence> evidence) {
  LOSSCAST_EXPECTS(!evidence.empty());
  require_contrast(evidence);
  double steps = 0, log_strain = 0, spiked = 0;
  for (const RateEvidence& run : evidence) {
    LOSSCAST_EXPECTS(!run.strained.empty());
    steps += steps_of(run) / static_cast<double>(evidence.size());
    if (!has_spikes(run)) continue;
    ++spiked;
    log_strain += std::log(highest_strain(run));
  }
  reference_ = std::exp(log_strain / spiked);
  for (int e = 0; e < kExponents; ++e) {
    Row& row = rows_.emplace_back(Row{.exponent = kExponentStep * e, .cells = {}});
    std::vector<double> equivalent;
    for (const RateEvidence& run : evidence)
      equivalent.push_back(equivalent_steps(run.strained, reference_, row.exponent));
    const double off = (row.exponent - kPriorExponent) / kPriorExponentDeviation;
    for (int r = 0; r < kRates; ++r) {
      const double log_spikes = kRateStep * (r - kRates / 2), log_rate = log_spikes - std::log(steps);
      double log_weight = -0.5 * off * off - 0.5 * std::pow(log_spikes / kPriorLogSpikesDeviation, 2);
      for (std::size_t i = 0; i < evidence.size(); ++i)
        log_weight +=
            log_likelihood(evidence[i], reference_, row.exponent, log_rate, std::exp(log_rate) * equivalent[i]);
      row.cells.push_back({log_rate, log_weight});
    }
  }
  normalise();
}

void SpikeRate::normalise() {
  double highest = -HUGE_VAL, sum = 0;
  for (const Row& row : rows_)
    for (const Cell& cell : row.cells) highest = std::max(highest, cell.weight);
  for (Row& row : rows_)
    for (Cell& cell : row.cells) sum += cell.weight = std::exp(cell.weight - highest);
  double squares_of_rate = 0, squares_of_exponent = 0;
  for (Row& row : rows_)
    for (Cell& cell : row.cells) {
      cell.weight /= sum;
      log_rate_ += cell.weight * cell.log_rate;
      exponent_ += cell.weight * row.exponent;
      squares_of_rate += cell.weight * cell.log_rate * cell.log_rate;
      squares_of_exponent += cell.weight * row.exponent * row.exponent;
    }
  log_rate_deviation_ = std::sqrt(std::max(0.0, squares_of_rate - log_rate_ * log_rate_));
  exponent_deviation_ = std::sqrt(std::max(0.0, squares_of_exponent - exponent_ * exponent_));
}

template <class Function>
double SpikeRate::average(std::span<const StrainedSteps> run, const Function& f) const {
  double sum = 0;
  for (const Row& row : rows_) {
    const double equivalent = equivalent_steps(run, reference_, row.exponent);
    for (const Cell& cell : row.cells) sum += cell.weight * f(std::exp(cell.log_rate) * equivalent);
  }
  return sum;
}

double SpikeRate::expected_spikes(std::span<const StrainedSteps> run) const {
  return average(run, [](double expected) { return expected; });
}

double SpikeRate::probability(std::span<const StrainedSteps> run) const {
  return average(run, [](double expected) { return -std::expm1(-expected); });
}

}  // namespace losscast
