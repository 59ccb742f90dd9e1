// What is said of a budget's best use.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/kept_answer.hpp"
#include "losscast/io/provenance.hpp"
#include "losscast/jobs/plan.hpp"
#include "losscast/sweep/budget.hpp"

namespace losscast {

// A size of model: the race of its schedules, for the number of steps that the budget gives.
struct BudgetPlan {
  std::string name;  // of the folder of its results: the sweep file's, without .toml, and its size if it has several
  SweepPlan plan;
  std::optional<std::size_t> paired;  // as in BudgetSize
};

// Identifies the budget and all that its answer depends on: SHA-256, 64 digits.
std::string budget_hash(const Budget& budget, std::span<const BudgetPlan> sizes);

// Where the results of the sizes lie, in the folder of the budget's answer.
ResultsPlaces results_places(std::span<const BudgetPlan> sizes);

// Whether a folder has the results of all sizes, and the answer of the budget with this hash, and all files are whole.
bool is_budget_answered(const std::filesystem::path& out, std::span<const BudgetPlan> sizes, const std::string& hash);

// What is said of the uses of a budget, the best first, whose results are in `out`.
Answer budget_answer(std::span<const BudgetPlan> sizes, std::span<const BudgetUse> uses,
                     const std::filesystem::path& out, const Provenance& provenance);

}  // namespace losscast
