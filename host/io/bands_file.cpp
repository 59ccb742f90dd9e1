#include "losscast/io/bands_file.hpp"

#include <string>
#include <vector>

#include "io/results_columns.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/format/csv_writer.hpp"

namespace losscast {

void write_bands(const std::filesystem::path& file, std::span<const Step> steps,
                 std::span<const Statistics> statistics) {
  LOSSCAST_EXPECTS(statistics.size() == steps.size());
  std::vector<std::string> header = {"step"};
  for (std::string& name : statistic_columns()) header.push_back(std::move(name));
  CsvWriter table(header);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    table.add(steps[i]);
    add_statistics(table, statistics[i]);
    table.end_row();
  }
  write_atomically(file, table.text());
}

}  // namespace losscast
