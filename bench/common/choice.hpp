// Flags whose value is one of a few words.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cxxopts.hpp>
#include <map>
#include <string>
#include <vector>

#include "losscast/base/error.hpp"

namespace losscast::bench {

// What the flag's word stands for. Throws InputError for a word that is not among the choices.
template <class Value>
Value choice(const cxxopts::ParseResult& given, const std::string& flag, const std::map<std::string, Value>& choices) {
  const auto word = given[flag].as<std::string>();
  const auto at = choices.find(word);
  if (at != choices.end()) return at->second;
  std::vector<std::string> words;
  for (const auto& [name, value] : choices) words.push_back(name);
  throw InputError(fmt::format("--{} {} is unknown", flag, word),
                   fmt::format("it is one of {}", fmt::join(words, ", ")), "correct it");
}

}  // namespace losscast::bench
