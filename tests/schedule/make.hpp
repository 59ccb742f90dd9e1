// Short ways to make schedules in tests, and to check that bad arguments are refused.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <map>
#include <string>

#include "losscast/base/error.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::test {

using Values = std::map<std::string, Value>;

inline Schedule make(Values values) { return make_schedule(Arguments{std::move(values)}); }

// The values with others added or put in their place.
inline Values with(Values values, const Values& changes) {
  for (const auto& [key, value] : changes) values.insert_or_assign(key, value);
  return values;
}

inline Values without(Values values, const std::string& key) {
  values.erase(key);
  return values;
}

// A formula in doubles and the schedule's own evaluation differ by a few roundings of numbers up to the peak.
constexpr double kRoundings = 8 * std::numeric_limits<double>::epsilon();

// That the LR of every update is what `formula` says.
inline void expect_rates(const Schedule& schedule, Step total_steps, const std::function<double(Step)>& formula) {
  ASSERT_EQ(schedule.total_steps(), total_steps);
  for (Step s = 0; s < total_steps; ++s)
    ASSERT_NEAR(schedule.lr(s), formula(s), kRoundings * schedule.peak_lr()) << "step " << s;
}

// That the arguments are refused, with an error about `key` whose text contains `part`.
inline void expect_refused(const Values& values, const std::string& key, const std::string& part) {
  try {
    make_recipe({values});
    FAIL() << "no error about " << key;
  } catch (const ArgumentError& error) {
    EXPECT_EQ(error.key(), key) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    EXPECT_EQ(error.code(), ExitCode::usage_or_input);
  }
}

}  // namespace losscast::test
