/// \file
/// What the user says of logs.
#pragma once

#include <optional>
#include <string>

namespace losscast {

/// Which columns of a log mean what, where it cannot be told by their names or is to be told otherwise.
struct LogChoices {
  std::string step = {};  ///< the column of steps; empty: by its name
  std::string loss = {};  ///< the column of losses; empty: by their names, of training and validation
  std::string lr = {};    ///< the column of learning rates; empty: by its name
  std::string run = {};   ///< the name of the one run that all logs are of; empty: as the logs say, else one a file
  std::optional<double> tokens_per_step = {};   ///< of an update, where the column of steps counts tokens; above 0
  std::optional<double> samples_per_step = {};  ///< likewise for samples; not both
};

}  // namespace losscast
