#include <gtest/gtest.h>

#include "losscast/format/atomic_file.hpp"
#include "losscast/frameworks/export.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

Recipe recipe(const std::string& text) { return parse_recipe("{ " + text + " }", "test"); }

TEST(RatesCsv, HasTheStepsAskedForAndTheLast) {
  const Recipe two = recipe(R"(family = "two-stage", peak_lr = 1, final_lr = 0.5, decay_start = 4, total_steps = 6)");
  EXPECT_EQ(rates_csv(two, 1), "step,lr\n0,1\n1,1\n2,1\n3,1\n4,0.5\n5,0.5\n");
  EXPECT_EQ(rates_csv(two, 2), "step,lr\n0,1\n2,1\n4,0.5\n5,0.5\n");
  EXPECT_EQ(rates_csv(two, 5), "step,lr\n0,1\n5,0.5\n");
  EXPECT_EQ(rates_csv(two, 100), "step,lr\n0,1\n5,0.5\n");
}

TEST(RatesCsv, HasWeightDecayAndBatchWhereTheyAreSaid) {
  const std::string constant = R"(family = "constant", peak_lr = 1, total_steps = 3, batch = 1000)";
  EXPECT_EQ(rates_csv(recipe(constant), 2), "step,lr,batch\n0,1,1000\n2,1,1000\n");
  EXPECT_EQ(rates_csv(recipe(constant + ", weight_decay = { steps = [0, 2], values = [0.1, 0] }"), 1),
            "step,lr,weight_decay,batch\n0,1,0.1,1000\n1,1,0.1,1000\n2,1,0,1000\n");
}

TEST(RatesCsv, IsReadBackToTheBit) {
  const ScratchFolder folder;
  const std::string file = (folder.path() / "rates.csv").string();
  for (const char* text :
       {R"(family = "cosine", peak_lr = 3.1e-4, final_lr = 3e-5, warmup_steps = 77, total_steps = 999)",
        R"(family = "inverse-sqrt", peak_lr = 1e-3, warmup_steps = 50, decay_start = 400, total_steps = 500)"}) {
    const Recipe original = recipe(text);
    write_atomically(file, rates_csv(original, 1));
    const Schedule read = make_schedule({{{"family", "file"}, {"path", file}}});
    ASSERT_EQ(read.total_steps(), original.total_steps());
    for (Step s = 0; s < read.total_steps(); ++s) ASSERT_EQ(read.lr(s), original.schedule.lr(s)) << s;
  }
}

}  // namespace
}  // namespace losscast::test
