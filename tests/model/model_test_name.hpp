// How the tests of a model are called.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "losscast/model/model.hpp"

namespace losscast::test {

inline std::string model_test_name(const ::testing::TestParamInfo<const SdeModel*>& info) {
  std::string name(info.param->name());
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace losscast::test
