#include "losscast/base/error.hpp"

#include <algorithm>

#include "losscast/base/printable_line.hpp"

namespace losscast {

namespace {

std::string placed(std::string_view place, const Error& error) {
  return printable_line(std::string(place) + ": " + error.what());
}

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// Whether the text begins with a word such as "raise", and not with a key such as steps_below, a flag or a number.
bool begins_with_a_word(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_letter);
  return end != text.begin() && (end == text.end() || std::string_view(" ,;:.").find(*end) != std::string_view::npos);
}

bool has_a_mark_at_its_end(std::string_view text) {
  return std::string_view(".?!").find(text.back()) != std::string_view::npos;
}

std::string sentence(std::string_view phrase) {
  std::string text(phrase);
  if (begins_with_a_word(text)) text.front() += 'A' - 'a';
  if (!has_a_mark_at_its_end(text)) text += '.';
  return text;
}

}  // namespace

std::string error_text(std::string_view problem, std::string_view why, std::string_view remedy) {
  std::string text(problem);
  if (!why.empty()) text.append(" (").append(why).append(")");
  if (!remedy.empty()) {
    if (!text.empty() && !has_a_mark_at_its_end(text)) text += '.';
    text.append(" ").append(sentence(remedy));
  }
  return printable_line(text);  // what a message quotes may hold any bytes
}

InputError InputError::at(std::string_view place) const { return InputError(placed(place, *this)); }

IoError IoError::at(std::string_view place) const { return IoError(placed(place, *this)); }

}  // namespace losscast
