// Which tables are of one run, and what the run is called.
#pragma once

#include <string>
#include <vector>

#include "losscast/logs/log_choices.hpp"
#include "losscast/logs/log_table.hpp"

namespace losscast {

struct NamedRun {
  std::string name;  // unique, and fit for the name of a file
  std::vector<const LogTable*> tables;
};

// The runs, in the order of their first tables. One that no log names is called like its file, or like the folder where
// programs give all their files the same name.
std::vector<NamedRun> named_runs(const std::vector<LogTable>& tables, const LogChoices& choices);

}  // namespace losscast
