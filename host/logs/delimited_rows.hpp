// Tables as text: values separated by commas, semicolons or tabs, perhaps in double quotes (RFC 4180, on one line).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "logs/text_lines.hpp"

namespace losscast {

class DelimitedRows {
 public:
  // Reads the header, the first line that is not blank. Its separator is that of the table. Throws InputError if there
  // is none. What is passed must stay.
  DelimitedRows(const std::filesystem::path& file, std::string_view content);

  const std::vector<std::string>& names() const { return names_; }

  // Goes to the next row; false after the last. Throws InputError if its values are not as many as the names.
  // A last line that breaks off is none.
  bool next();

  const std::vector<std::string>& values() const { return values_; }
  std::size_t line() const { return lines_.number(); }
  bool is_cut_off() const { return is_cut_off_; }  // whether the last line broke off
  bool is_header() const { return values_ == names_; }

 private:
  bool is_cut(std::string_view line) const;
  std::vector<std::string> split() const;
  [[noreturn]] void fail(std::string_view problem, std::string_view why, std::string_view remedy) const;

  std::filesystem::path file_;
  TextLines lines_;
  char separator_ = ',';
  std::vector<std::string> names_, values_;
  bool is_cut_off_ = false;
};

// The names in the header of a table; none if the content does not begin like one.
std::vector<std::string> header_names(std::string_view content);

}  // namespace losscast
