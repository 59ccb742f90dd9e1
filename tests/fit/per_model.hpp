// Tests that run once for every model.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "losscast/model/model.hpp"

namespace losscast::test {

class EveryModel : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  const SdeModel& model() const { return *GetParam(); }
};

inline std::string model_test_name(const ::testing::TestParamInfo<const SdeModel*>& info) {
  std::string name(info.param->name());
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace losscast::test
