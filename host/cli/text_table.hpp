// Aligned columns for people.
#pragma once

#include <string>
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

}  // namespace losscast
