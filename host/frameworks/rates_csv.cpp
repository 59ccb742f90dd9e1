#include "losscast/base/contract.hpp"
#include "losscast/format/csv_writer.hpp"
#include "losscast/frameworks/export.hpp"

namespace losscast {

std::string rates_csv(const Recipe& recipe, Step every) {
  LOSSCAST_EXPECTS(every >= 1);
  std::vector<std::string> header = {"step", "lr"};
  if (recipe.weight_decay) header.emplace_back("weight_decay");
  if (recipe.batch) header.emplace_back("batch");
  std::vector<double> lrs(static_cast<std::size_t>(recipe.total_steps()));
  recipe.schedule.fill(0, lrs);
  CsvWriter csv(header);
  const auto add_row = [&](Step step) {
    csv.add(step).add(lrs[static_cast<std::size_t>(step)]);
    if (recipe.weight_decay) csv.add(recipe.weight_decay->at(step));
    if (recipe.batch) csv.add(recipe.batch->at(step));
    csv.end_row();
  };
  const Step last = recipe.total_steps() - 1;
  for (Step step = 0; step < last; step += every) add_row(step);
  add_row(last);
  return std::move(csv).text();
}

}  // namespace losscast
