// Expecting an error that says enough.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "losscast/base/error.hpp"

namespace losscast::test {

// Expects `action` to throw an Error of that exit code whose message has every one of `parts` in it.
template <typename Action>
void expect_error(ExitCode code, const std::vector<std::string>& parts, const Action& action) {
  try {
    action();
    FAIL() << "no error was thrown";
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(static_cast<int>(error.code()), static_cast<int>(code)) << message;
    for (const std::string& part : parts)
      EXPECT_NE(message.find(part), std::string::npos) << "\"" << part << "\" is not in: " << message;
  }
}

// `text` with its only occurrence of `from` replaced.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  EXPECT_EQ(text.find(from, at + 1), std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

}  // namespace losscast::test
