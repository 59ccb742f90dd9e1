// The lines of a text, one after another.
#pragma once

#include <string_view>

namespace losscast {

class TextLines {
 public:
  // A byte-order mark at the beginning is passed over.
  explicit TextLines(std::string_view content);

  // Goes to the next line; false after the last.
  bool next();

  std::string_view line() const { return line_; }  // without its end, be that LF or CRLF
  std::size_t number() const { return number_; }   // from 1
  bool is_whole() const { return is_whole_; }      // whether the line has an end: the last of a file may be cut off
  bool is_blank() const;

 private:
  std::string_view rest_, line_;
  std::size_t number_ = 0;
  bool is_whole_ = true;
};

// Goes to the first line that is not blank; false if there is none.
bool next_filled(TextLines& lines);

}  // namespace losscast
