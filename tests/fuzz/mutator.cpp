#include "tests/fuzz/mutator.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace losscast::fuzz {
namespace {

bool is_of_a_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '+';
}

std::string unescaped(std::string_view quoted) {
  std::string word;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\' && i + 3 < quoted.size() && quoted[i + 1] == 'x') {
      unsigned byte = 0;
      std::from_chars(quoted.data() + i + 2, quoted.data() + i + 4, byte, 16);
      word += static_cast<char>(byte);
      i += 3;
    } else {
      word += quoted[i] == '\\' && i + 1 < quoted.size() ? quoted[++i] : quoted[i];
    }
  }
  return word;
}

}  // namespace

std::vector<std::string> dictionary_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t first = line.find('"'), last = line.rfind('"');
    if (!line.starts_with('#') && first < last) words.push_back(unescaped(line.substr(first + 1, last - first - 1)));
  }
  return words;
}

Mutator::Mutator(std::uint64_t seed, std::vector<std::string> words, std::size_t most_bytes)
    : random_(seed), words_(std::move(words)), most_bytes_(most_bytes) {
  if (words_.empty()) words_.emplace_back("0");
}

std::string Mutator::changed(std::string input, const std::vector<std::string>& others) {
  constexpr Change kChanges[] = {&Mutator::flip_a_bit,        &Mutator::set_a_byte,     &Mutator::remove_some,
                                 &Mutator::repeat_some,       &Mutator::insert_a_word,  &Mutator::replace_a_token,
                                 &Mutator::remove_a_token,    &Mutator::repeat_a_token, &Mutator::change_a_number,
                                 &Mutator::take_a_token,      &Mutator::take_a_line,    &Mutator::remove_a_line,
                                 &Mutator::insert_many_words, &Mutator::splice};
  others_ = &others;
  do {  // most inputs get few changes: after many, hardly any reader comes beyond the first line
    (this->*kChanges[below(std::size(kChanges))])(input);
    if (input.size() > most_bytes_) input.resize(most_bytes_);
  } while (below(2) == 0);
  return input;
}

void Mutator::flip_a_bit(std::string& text) {
  if (!text.empty()) text[below(text.size())] ^= static_cast<char>(1 << below(8));
}

void Mutator::set_a_byte(std::string& text) {
  if (!text.empty()) text[below(text.size())] = static_cast<char>(below(256));
}

void Mutator::remove_some(std::string& text) {
  const Range range = some(text);
  text.erase(range.begin, range.length);
}

void Mutator::repeat_some(std::string& text) {
  const Range range = some(text);
  text.insert(below(text.size() + 1), text.substr(range.begin, range.length));
}

void Mutator::insert_a_word(std::string& text) { text.insert(below(text.size() + 1), word()); }

// Deep nesting, and long lines.
void Mutator::insert_many_words(std::string& text) {
  if (below(8) != 0) return insert_a_word(text);
  const std::string piece = below(2) == 0 ? word() : word() + word();
  const std::size_t room = most_bytes_ / std::max<std::size_t>(piece.size(), 1);
  std::string many;
  for (std::size_t count = below(room + 1) >> below(8); count > 0; --count) many += piece;
  text.insert(below(text.size() + 1), many);
}

void Mutator::replace_a_token(std::string& text) {
  const Range range = token(text);
  text.replace(range.begin, range.length, word());
}

void Mutator::remove_a_token(std::string& text) {
  const Range range = token(text);
  text.erase(range.begin, range.length);
}

void Mutator::repeat_a_token(std::string& text) {
  const Range range = token(text);
  text.insert(range.begin, text.substr(range.begin, range.length));
}

void Mutator::change_a_number(std::string& text) {
  constexpr std::string_view kDigits = "0123456789";
  const std::size_t start = below(text.size() + 1);
  std::size_t begin = text.find_first_of(kDigits, start);
  if (begin == std::string::npos) begin = text.find_first_of(kDigits);
  if (begin == std::string::npos) return;
  std::size_t end = begin;
  while (end < text.size() && is_of_a_word(text[end])) ++end;
  constexpr std::string_view kNumbers[] = {
      "0",    "-0",   "1",          "-1",         "2",          "1e400",  "-1e400",
      "nan",  "inf",  "-inf",       "1e308",      "5e-324",     "1e-400", "0.1",
      "1e15", "1e18", "2147483648", "4294967296", "1000000001", "0.5",    "9007199254740993",
      "1.5",  "0x7f", "1e9",        "1_000",      "1e-5",       "1.",     "9223372036854775807",
      "00",   "+1",   "1e0",        "1e6",        "0.999999",   "3",      "-9223372036854775808",
      "10",   "1e2",  "1e-1",       "99999999",   "1e7",        "1e5",    "99999999999999999999"};
  text.replace(begin, end - begin, kNumbers[below(std::size(kNumbers))]);
}

void Mutator::take_a_token(std::string& text) {
  const std::string& from = other();
  const Range taken = token(from);
  const std::string piece = from.substr(taken.begin, taken.length);
  const Range range = token(text);
  text.replace(range.begin, below(2) == 0 ? range.length : 0, piece);
}

void Mutator::take_a_line(std::string& text) {
  const std::string& from = other();
  const Range taken = line(from);
  const std::string piece = from.substr(taken.begin, taken.length);
  text.insert(line(text).begin, piece);
}

void Mutator::remove_a_line(std::string& text) {
  const Range range = line(text);
  text.erase(range.begin, range.length);
}

void Mutator::splice(std::string& text) {
  const std::string& from = other();
  text.resize(below(text.size() + 1));
  text += from.substr(below(from.size() + 1));
}

Mutator::Range Mutator::some(const std::string& text) {
  const std::size_t begin = below(text.size() + 1);
  const std::size_t most = std::min<std::size_t>(text.size() - begin, std::size_t{1} << below(8));
  return {begin, below(most + 1)};
}

// A word or a number, or another character.
Mutator::Range Mutator::token(const std::string& text) {
  if (text.empty()) return {0, 0};
  std::size_t begin = below(text.size()), end = begin + 1;
  if (!is_of_a_word(text[begin])) return {begin, 1};
  while (begin > 0 && is_of_a_word(text[begin - 1])) --begin;
  while (end < text.size() && is_of_a_word(text[end])) ++end;
  return {begin, end - begin};
}

// With the character that ends it.
Mutator::Range Mutator::line(const std::string& text) {
  if (text.empty()) return {0, 0};
  const std::size_t at = below(text.size());
  const std::size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const std::size_t begin = before + 1;  // npos + 1 = 0
  return {begin, std::min(text.find('\n', at), text.size() - 1) + 1 - begin};
}

}  // namespace losscast::fuzz
