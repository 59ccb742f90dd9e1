/// \file
/// Numbers of things in words.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace losscast {

/// "1 run", "2 runs": the noun takes an s unless there is one of it.
template <std::integral Count>
std::string counted(Count count, std::string_view noun) {
  std::string text = std::to_string(count) + " ";
  text += noun;
  if (count != 1) text += 's';
  return text;
}

}  // namespace losscast
