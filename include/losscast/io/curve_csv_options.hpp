/// \file
/// What a curve's CSV file holds, and which of its points are read.
#pragma once

#include <optional>
#include <string>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// What to do where steps go back or repeat, as in the log of a run that was resumed from a checkpoint.
enum class Resume {
  error,  ///< they may not
  first,  ///< leave out each row whose step is not beyond all steps before it: the branch that was logged first stays
  last,   ///< where steps go back to s, leave out every earlier row at s or after: the branch that goes on stays
};

/// What the column of steps counts.
enum class StepUnit {
  updates,  ///< updates of the optimiser
  samples,  ///< sequences that were trained on
  tokens,   ///< tokens that were trained on
};

/// What the column of losses is in. Reading converts all of them to nats per token.
enum class LossUnit {
  nats,        ///< nats per token
  bits,        ///< bits per token: nats / ln 2
  perplexity,  ///< exp(nats per token)
};

/// The names of the columns, as the header has them without quotes.
struct CurveColumns {
  std::string step = "step";  ///< of the column of steps
  std::string loss = "loss";  ///< of the column of losses
};

/// An exponential moving average over the logged rows, y[t] = weight y[t - 1] + (1 - weight) x[t], that reading undoes.
struct Smoothing {
  double weight = 0;     ///< in (0, 1)
  bool debiased = true;  ///< y[0] = 0, and y[t] / (1 - weight^t) was logged, t from 1; otherwise y[1] = x[1]
};

/// Where keys such as skip_empty can be given, which remedies name.
enum class KeysIn {
  nowhere,       ///< there are none: only the file can be changed
  manifest,      ///< in the curve's table of a manifest
  command_line,  ///< in the table that the flag --read takes
};

/// What a curve's file may hold, and which of its points are read.
struct CurveCsvOptions {
  Step total_steps = 0;                       ///< of the schedule; no point may lie past it
  std::optional<Step> steps_below = {};       ///< leave out the points at this step and after
  Resume resume = Resume::error;              ///< what to do with steps that come again
  CurveColumns columns = {};                  ///< which columns are read
  std::optional<char> delimiter = {};         ///< as CsvReader takes it
  bool skip_empty = false;                    ///< leave out rows whose step or loss is empty, a NaN, null, none or NA
  StepUnit step_unit = StepUnit::updates;     ///< of the column of steps
  std::optional<StepValues> per_update = {};  ///< samples or tokens of each update, where steps are in these
  std::optional<LossUnit> loss_unit = {};     ///< without: nats, and losses that cannot be nats are refused
  std::optional<Smoothing> smoothing = {};    ///< to be undone
  Step mean_over = 0;                         ///< as in Curve: points of a step below it are left out
  KeysIn keys = KeysIn::nowhere;              ///< where the keys of these options are given
};

}  // namespace losscast
