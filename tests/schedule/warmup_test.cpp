// Where the warm-up of a schedule ends.
#include "losscast/schedule/warmup.hpp"

#include <gtest/gtest.h>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

const Values kRun = {{"peak_lr", 3e-4}, {"total_steps", 5000.0}, {"warmup_start_lr", 3e-6}};

TEST(WarmUpEnd, IsTheFirstUpdateAtThePeak) {
  for (const double steps : {1.0, 2.0, 2160.0})
    for (const char* shape : {"linear", "cosine"})
      for (const char* family : {"constant", "linear", "cosine", "inverse-sqrt"})
        EXPECT_EQ(warmup_end(make(with(kRun, {{"family", family}, {"warmup_steps", steps}, {"warmup_shape", shape}}))),
                  static_cast<Step>(steps))
            << family << " " << shape;
}

TEST(WarmUpEnd, IsZeroWithoutOne) {
  EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "constant"}}))), 0);
  EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "cosine"}}))), 0);
  EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "constant"}, {"total_steps", 1.0}}))), 0);
}

TEST(WarmUpEnd, IsTheLastUpdateOfARunThatOnlyRises) {
  EXPECT_EQ(warmup_end(make(with(kRun, {{"family", "constant"}, {"warmup_steps", 5000.0}}))), 4999);
}

}  // namespace
}  // namespace losscast::test
