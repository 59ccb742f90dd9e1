// LR read from a CSV file of step,lr: the LR of update `step`. Straight lines between rows that are further apart than
// one step.
#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "losscast/format/csv_reader.hpp"
#include "losscast/format/number_text.hpp"
#include "schedule/run.hpp"

namespace losscast {

namespace {

using Kind = FamilyArgument::Kind;

constexpr Step kMaxFileSteps = 100'000'000;  // a value is kept for each, so a misplaced digit would fill the memory

// The values of the updates after the last in `rates`, up to one of rate `next` that comes `gap` updates after it.
void append_line(std::vector<double>& rates, double next, Step gap) {
  const double last = rates.back();
  for (Step i = 1; i < gap; ++i) {
    const double weight = static_cast<double>(i) / static_cast<double>(gap);
    rates.push_back(last * (1.0 - weight) + next * weight);
  }
  rates.push_back(next);
}

std::vector<double> read_rates(const std::string& path) {
  CsvReader csv(path);
  const std::size_t step_column = csv.column("step");
  const std::size_t lr_column = csv.column("lr");
  std::vector<double> rates;  // of the updates 0, 1, ...
  while (csv.next_row()) {
    const Step step = csv.whole_number(step_column);
    const double lr = csv.number(lr_column);
    const Step last = static_cast<Step>(rates.size()) - 1;
    if (lr < 0) csv.fail(lr_column, "the LR is negative", "a learning rate cannot be", "correct it");
    if (step >= kMaxFileSteps)
      csv.fail(step_column, fmt::format("step {} is too large", step),
               fmt::format("a file holds {} steps at most", kMaxFileSteps), "correct it, or use the family \"knots\"");
    if (rates.empty() && step != 0)
      csv.fail(step_column, "the first row is not of step 0", "the LR before it is unknown", "add a row for step 0");
    if (!rates.empty() && step <= last)
      csv.fail(step_column, fmt::format("step {} follows step {}", step, last), "steps ascend",
               "sort the rows, one a step");
    if (rates.empty())
      rates.push_back(lr);
    else
      append_line(rates, lr, step - last);
  }
  if (rates.empty()) csv.fail("the file has no rows", "the LR is unknown", "add a row for step 0");
  return rates;
}

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const std::string& path = arguments.word("path");
  std::vector<double> rates;
  try {
    rates = read_rates(path);
  } catch (const InputError& error) {
    throw ArgumentError("path", error);
  }
  const Step rows = static_cast<Step>(rates.size());
  const Step total_steps = arguments.has("total_steps") ? read_total_steps(arguments) : rows;
  if (total_steps > rows)
    throw ArgumentError("total_steps", fmt::format("total_steps = {} goes beyond the file", total_steps),
                        fmt::format("its last row is of step {}", rows - 1),
                        fmt::format("lower it, or lengthen the file {}", path));
  rates.resize(static_cast<std::size_t>(total_steps));
  Timeline timeline;
  timeline.add({.shape = Shape::table, .table = std::make_shared<const std::vector<double>>(std::move(rates))},
               total_steps);
  return Schedule(timeline.segments());
}

}  // namespace

Family file_family() {
  return {"file",
          "the rates of a CSV file: a schedule made elsewhere, or one that was logged",
          {{"path", Kind::word, "the CSV file, with the columns step and lr", ""},
           {"total_steps", Kind::step, "T, the updates of the run; rows from there on are not used",
            "the last step of the file + 1"}},
          make};
}

}  // namespace losscast
