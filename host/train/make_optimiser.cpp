#include "train/make_optimiser.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "train/optimisers.hpp"

namespace losscast {

namespace {

void check(Optimiser optimiser, const MatrixSettings& settings) {
  const std::string name(name_in(kOptimisers, optimiser));
  const DampingRule rule = settings.damping_rule;
  const bool is_kronecker = optimiser == Optimiser::kfac || optimiser == Optimiser::foof;
  if ((rule == DampingRule::heuristic && optimiser != Optimiser::kfac) ||
      (rule == DampingRule::trace && !is_kronecker && optimiser != Optimiser::shampoo))
    throw ArgumentError("damping_rule", fmt::format("{} has no such rule", name), "it is one of curvature",
                        "give its dampings themselves");
  const std::size_t needed = rule == DampingRule::given ? damping_names(optimiser).size() : 1;
  const std::vector<double>& damping = settings.values.damping;
  if (damping.size() < needed)
    throw ArgumentError("damping", fmt::format("{} of {} dampings are given", damping.size(), needed),
                        fmt::format("{} needs each", name), "give the others");
  for (const double value : damping)
    if (!(value > 0)) throw ArgumentError("damping", fmt::format("{:g} is not above 0", value), "", "raise it");
}

}  // namespace

bool reads_curvature(Optimiser optimiser) { return optimiser == Optimiser::kfac; }

std::unique_ptr<MatrixOptimiser> make_matrix_optimiser(Optimiser optimiser, const MatrixSettings& settings) {
  check(optimiser, settings);
  switch (optimiser) {
    case Optimiser::adam:
      return std::make_unique<Adam>(settings);
    case Optimiser::shampoo:
      return std::make_unique<Shampoo>(settings);
    case Optimiser::kfac:
      return std::make_unique<Kronecker>(Kronecker::Factors::both, settings);
    case Optimiser::foof:
      return std::make_unique<Kronecker>(Kronecker::Factors::inputs, settings);
    case Optimiser::sgd:
      break;
  }
  return std::make_unique<Sgd>();
}

}  // namespace losscast
