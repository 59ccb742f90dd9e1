// A measured loss curve together with the recipe that produced it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

struct CurvePoint {
  Step step;    // after this many updates
  double loss;  // nats per token
};

struct Curve {
  std::string name;
  std::filesystem::path file;
  Recipe recipe;
  std::vector<CurvePoint> points;  // ascending steps, finite positive losses, steps <= recipe.total_steps()
  std::string optimizer = "adamw";
  double weight_decay = 0.1;     // where the recipe says none
  std::optional<double> params;  // model size
  std::string branch_of;         // the run that this one continues, if it is logged only from the branch on
};

struct Manifest {
  std::filesystem::path file;
  std::vector<Curve> curves;  // in the file's order, names unique
  std::vector<std::string> warnings;
};

}  // namespace losscast
