#include "jobs/slurm_time.hpp"

#include <gtest/gtest.h>

namespace losscast::test {
namespace {

TEST(SlurmTime, IsReadInEachForm) {
  EXPECT_EQ(slurm_seconds("90"), 90 * 60);
  EXPECT_EQ(slurm_seconds("90:30"), 90 * 60 + 30);
  EXPECT_EQ(slurm_seconds("2:03:04"), 2 * 3600 + 3 * 60 + 4);
  EXPECT_EQ(slurm_seconds("1-2"), 86400 + 2 * 3600);
  EXPECT_EQ(slurm_seconds("1-2:03"), 86400 + 2 * 3600 + 3 * 60);
  EXPECT_EQ(slurm_seconds("1-2:03:04"), 86400 + 2 * 3600 + 3 * 60 + 4);
}

TEST(SlurmTime, IsNothingElse) {
  for (const char* text : {"", "0", "0:00:00", "unlimited", "1:2:3:4", "1:", ":1", "1-", "-1", "--1", "1.5", "1h", " 1",
                           "1234567890123456789", "1--2"})
    EXPECT_EQ(slurm_seconds(text), std::nullopt) << text;
}

TEST(SlurmTime, IsWrittenSoThatItIsReadAgain) {
  EXPECT_EQ(slurm_time(60), "0:01:00");
  EXPECT_EQ(slurm_time(100 * 3600 + 59), "100:00:59");
  for (const std::int64_t seconds : {1, 59, 61, 3599, 3601, 400000})
    EXPECT_EQ(slurm_seconds(slurm_time(seconds)), seconds);
}

}  // namespace
}  // namespace losscast::test
