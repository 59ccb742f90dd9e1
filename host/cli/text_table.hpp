// Aligned columns for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace losscast {

// Rows of cells, each column as wide as its widest cell. Rows may differ in length.
class TextTable {
 public:
  void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// A number in a format such as "{:.5f}", or a dash if there is none or it is not finite.
std::string number_cell(const std::optional<double>& number, std::string_view format);

}  // namespace losscast
