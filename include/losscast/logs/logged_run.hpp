/// \file
/// From tables of logs to runs: their losses and rates by step, without what does not belong to the run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "losscast/logs/log_choices.hpp"
#include "losscast/logs/log_table.hpp"
#include "losscast/logs/omissions.hpp"

namespace losscast {

/// A value that a log has at a step.
struct LoggedPoint {
  Step step;          ///< updates done, as the log counts them
  double value;       ///< finite
  double unit;        ///< of the last digit that the log shows of it; 0 if it shows none
  std::string place;  ///< file and line, for messages
};

/// The values of a column, with ascending steps.
struct LoggedSeries {
  std::string column = {};               ///< its name; empty if there is none
  std::vector<LoggedPoint> points = {};  ///< ascending steps
};

/// The steps of a run, as far as its log tells.
struct RunLength {
  Step logged;                    ///< the last step of a loss or a rate
  std::optional<Step> planned{};  ///< what the log or the user says
};

/// Which loss a series is.
enum class LossKind { training, validation, chosen };

/// Losses of a run.
struct LossSeries {
  LossKind kind;        ///< of training or validation; chosen if LogChoices named the column
  LoggedSeries series;  ///< as logged, above 0; at least one point
  /// The steps that each value is the mean of; nothing if it is of one batch, or if their number varies.
  std::optional<Step> mean_over = {};
  LoggedUnit unit = LoggedUnit::nats;  ///< as the column's name says
};

/// What the logs say of a run.
struct LoggedRun {
  std::string name;                            ///< without characters that a file's name should not have; unique
  std::vector<LossSeries> losses = {};         ///< at least one
  LoggedSeries rates = {};                     ///< at least 0; perhaps none
  std::optional<Step> total_steps = {};        ///< updates that were planned, where the logs say so
  std::optional<double> tokens_per_step = {};  ///< what the choices say
  Omissions omissions = {};                    ///< what was left out
  std::vector<std::string> warnings = {};      ///< phrases
};

/// The runs that the tables are of. Tables of one run whose columns differ, as exports of one metric each, are put
/// together; those that share a column follow one another as parts of one log.
///
/// Where steps go back in a column, a rerun has taken over: entries before it of that step or later are left out, of
/// all columns. Throws InputError naming file and line: no column of steps or losses, or one that is there twice; a
/// value in them that is no number; a step that is no whole number from 0 on; a loss that is not above 0 or a rate
/// below 0; steps that count tokens or samples, it seems, and of which the choices do not say how many an update has,
/// or that count updates where they do; steps that begin anew, as where one file holds two runs; a run without a loss.
std::vector<LoggedRun> logged_runs(const std::vector<LogTable>& tables, const LogChoices& choices);

}  // namespace losscast
