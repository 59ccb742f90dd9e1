// Reads the arguments of a family, once check_arguments() has found their names, types and ranges right.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "losscast/schedule/arguments.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

class ArgumentReader {
 public:
  explicit ArgumentReader(const Arguments& arguments) : arguments_(arguments) {}

  bool has(const std::string& key) const { return arguments_.values.contains(key); }

  // The value of an argument that has no default. Throws ArgumentError if it is missing.
  double number(const std::string& key) const { return get<double>(key); }
  Step step(const std::string& key) const { return static_cast<Step>(number(key)); }
  const std::string& word(const std::string& key) const { return get<std::string>(key); }
  const std::vector<double>& numbers(const std::string& key) const { return get<std::vector<double>>(key); }
  const std::vector<Arguments>& list(const std::string& key) const { return get<std::vector<Arguments>>(key); }

  // The value of one that has.
  double number_or(const std::string& key, double otherwise) const { return has(key) ? number(key) : otherwise; }
  Step step_or(const std::string& key, Step otherwise) const { return has(key) ? step(key) : otherwise; }
  std::string word_or(const std::string& key, const std::string& otherwise) const {
    return has(key) ? word(key) : otherwise;
  }
  std::vector<double> numbers_or(const std::string& key, std::vector<double> otherwise) const {
    return has(key) ? numbers(key) : otherwise;
  }

  // The same for values that must be above 0. Throw ArgumentError if the one given is not.
  double positive_number_or(const std::string& key, double otherwise) const;
  Step positive_step_or(const std::string& key, Step otherwise) const;

  // Which of two keys that say the same thing is given; nothing if neither is. Throws ArgumentError if both are.
  std::optional<std::string> one_of(const std::string& key, const std::string& alternative) const;

 private:
  template <class T>
  const T& get(const std::string& key) const {
    const auto found = arguments_.values.find(key);
    if (found == arguments_.values.end()) fail_missing(key);
    return std::get<T>(found->second);
  }

  [[noreturn]] void fail_missing(const std::string& key) const;

  const Arguments& arguments_;
};

}  // namespace losscast
