/// \file
/// A sweep that is frozen in a folder, to be done in shards.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/io/provenance.hpp"
#include "losscast/jobs/differing_key.hpp"
#include "losscast/jobs/plan_cost.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/rounds.hpp"

namespace losscast {

/// A sweep, and all that its result depends on. What is in `options` beside scheme, block, levers, goal and the mode of
/// mathematics depends on who computes, and is no part of the plan.
struct SweepPlan {
  SweepConfig config;          ///< as it was resolved
  Fit fit;                     ///< that it names
  SweepOptions options;        ///< how it is computed
  std::string hash;            ///< SHA-256 of everything that the result depends on, 64 digits
  std::filesystem::path file;  ///< the sweep file as it was named
};

/// A plan of a sweep that was read from `file`, with its fit. Throws InputError if a file of learning rates is missing.
SweepPlan make_plan(const std::filesystem::path& file, SweepConfig config, Fit fit, const SweepOptions& options);

/// The settings in which the plan in a folder differs from another one; empty if they are the same. Throws InputError
/// if the folder holds no plan or a changed one.
std::vector<DifferingKey> differing_keys(const std::filesystem::path& folder, const SweepPlan& plan);

/// Whether a folder holds a plan, whatever its state.
bool holds_plan(const std::filesystem::path& folder);

/// Freezes a plan, and the sweep that was begun with it, in a folder: sweep file, fit, plan.json and the first round,
/// which is divided into so many shards; into none if the sweep is one piece, without a round. The last file to be
/// written is plan.json: without it there is no plan. Throws InputError if the folder holds a fit.json or sweep.toml
/// that is not a plan's, and IoError.
void freeze_plan(const SweepPlan& plan, const SweepRounds& begun, int shards, const std::filesystem::path& folder,
                 const Provenance& provenance);

/// Adds candidates to the plan in a folder, of which `plan` differs in nothing but that it has more of them, and keeps
/// what was computed. The added ones come in `shards` more shards, by default as many as usual_shards() says, and never
/// more than there are of them. Returns how many that are. Later rounds are computed anew. Called again after an
/// interruption, it goes on. Throws InputError if the folder holds no plan, if the plans differ in other keys, and as
/// extend_rounds() does.
int extend_plan(const SweepPlan& plan, std::optional<int> shards, const std::filesystem::path& folder,
                const Provenance& provenance);

/// What a sweep will take that was just begun, in so many shards. Nothing if it is one piece, without a round: then it
/// is not known.
std::optional<PlanCost> cost_of(const SweepPlan& plan, const SweepRounds& begun, int shards);

/// Into how many shards a round is divided unless somebody says: as many as take ten minutes each on this machine, none
/// of them of fewer than a thousand items, and a thousand of them at most.
int usual_shards(const Round& round);

/// Removes a plan and all that was computed of it, whatever its state, and nothing else that lies in the folder:
/// without plan.json or an open round its files are somebody's own.
void remove_plan(const std::filesystem::path& folder);

/// Reads a plan that was frozen. Throws InputError naming what is missing, damaged or changed: the plan, its sweep file
/// or fit, a file of learning rates, or the version of the program.
SweepPlan read_plan(const std::filesystem::path& folder);

/// The revision of the program that froze the plan. Precondition: holds_plan(folder).
std::string planned_revision(const std::filesystem::path& folder);

/// Into how many shards its first round was divided, and further ones are at most; 0 if the sweep is one piece.
/// Precondition: likewise.
int planned_shards(const std::filesystem::path& folder);

/// What it takes, as cost_of() said when it was planned or extended. Precondition: likewise.
std::optional<PlanCost> planned_cost(const std::filesystem::path& folder);

}  // namespace losscast
