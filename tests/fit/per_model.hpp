// Tests that run once for every model.
#pragma once

#include <gtest/gtest.h>

#include "losscast/model/model.hpp"
#include "tests/model/model_test_name.hpp"

namespace losscast::test {

class EveryModel : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  const SdeModel& model() const { return *GetParam(); }
};

}  // namespace losscast::test
