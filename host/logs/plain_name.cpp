#include "logs/plain_name.hpp"

#include <cctype>
#include <sstream>

namespace losscast {

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    plain += std::isalnum(byte) ? static_cast<char>(std::tolower(byte)) : '_';
  }
  return plain;
}

std::set<std::string> words_of_name(std::string_view name) {
  std::set<std::string> words;
  std::istringstream text(plain_name(name));
  for (std::string word; std::getline(text, word, '_');) words.insert(word);
  return words;
}

}  // namespace losscast
