/// \file
/// The common form of all logs: columns of numbers by row.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "losscast/schedule/segment.hpp"

namespace losscast {

/// A number in a row of a column.
struct LogCell {
  std::size_t row;  ///< the table's row, from 0
  double value;     ///< perhaps infinite or a NaN
  double unit;      ///< of the last digit that the log shows of it; 0 if it shows none
};

/// What stands in a row of a column and is no number.
struct LogText {
  std::size_t row;   ///< the table's row, from 0
  std::string text;  ///< as it was written
};

/// A column, with the cells that are filled.
struct LogColumn {
  std::string name;                  ///< as the log has it
  std::vector<LogCell> cells;        ///< in ascending rows
  std::optional<LogText> text = {};  ///< the first cell that is no number, such as a date
};

/// What the losses that a log shows are.
enum class LoggedLoss {
  of_one_batch,          ///< of the batch of that step, as far as is known
  mean_since_last_entry  ///< the mean over the steps since the entry before
};

/// What losses are in, per token.
enum class LoggedUnit { nats, bits, perplexity };

/// A log, or the part of it that is of one run.
struct LogTable {
  std::filesystem::path file;                  ///< that it was read from
  std::filesystem::path source;                ///< the file, or the folder where a run's logs are the files of a folder
  std::string run = {};                        ///< the run's name, where the log says one
  std::vector<std::size_t> lines = {};         ///< of each row, from 1; 0 where the file has no lines
  std::vector<LogColumn> columns = {};         ///< names may be there twice
  std::optional<Step> total_steps = {};        ///< updates that were planned, where the log says so
  LoggedLoss loss = LoggedLoss::of_one_batch;  ///< what losses of training are
  std::size_t repeated_headers = 0;            ///< rows that named the columns again
  std::vector<std::string> warnings = {};      ///< what was left out of the file, phrases
};

/// "run.csv:12", or "run.csv" where there are no lines: the place of a row, for messages.
std::string place_of(const LogTable& table, std::size_t row);

}  // namespace losscast
