// Makes inputs of others, as a file that was mistyped, cut off or damaged would be.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace losscast::fuzz {

// The words of a dictionary in libFuzzer's form: one in double quotes on a line, with \xNN, \\ and \" in it.
std::vector<std::string> dictionary_words(std::string_view text);

// The same seed and calls give the same inputs on every machine.
class Mutator {
 public:
  Mutator(std::uint64_t seed, std::vector<std::string> words, std::size_t most_bytes);

  // The input, changed in some places, with pieces of others in it. Precondition: there is at least one other.
  std::string changed(std::string input, const std::vector<std::string>& others);

  // A number from 0 to count - 1. Precondition: count > 0.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

 private:
  struct Range {
    std::size_t begin, length;
  };
  using Change = void (Mutator::*)(std::string&);

  void flip_a_bit(std::string& text);
  void set_a_byte(std::string& text);
  void remove_some(std::string& text);
  void repeat_some(std::string& text);
  void insert_a_word(std::string& text);
  void insert_many_words(std::string& text);
  void replace_a_token(std::string& text);
  void remove_a_token(std::string& text);
  void repeat_a_token(std::string& text);
  void change_a_number(std::string& text);
  void take_a_token(std::string& text);
  void take_a_line(std::string& text);
  void remove_a_line(std::string& text);
  void splice(std::string& text);

  const std::string& word() { return words_[below(words_.size())]; }
  Range some(const std::string& text);
  Range token(const std::string& text);
  Range line(const std::string& text);
  const std::string& other() { return (*others_)[below(others_->size())]; }

  std::mt19937_64 random_;
  std::vector<std::string> words_;
  std::size_t most_bytes_;
  const std::vector<std::string>* others_ = nullptr;  // during changed()
};

}  // namespace losscast::fuzz
