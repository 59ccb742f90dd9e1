// The code that is written for PyTorch and optax. That it gives the schedule's rates is what round_trips.py tests.
#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "losscast/frameworks/export.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast::test {
namespace {

Recipe recipe(const std::string& text) { return parse_recipe("{ " + text + " }", "test"); }

Recipe table_of(std::size_t updates) {
  Segment table{0, static_cast<Step>(updates), 0, Shape::table};
  table.table = std::make_shared<const std::vector<double>>(updates, 0.25);
  return Recipe(Schedule({table}));
}

bool says(const Export& made, const std::string& part) { return made.text.find(part) != std::string::npos; }

TEST(Python, HasAPieceForEachSegment) {
  const Recipe wsd = recipe(
      R"(family = "wsd", peak_lr = 3e-4, final_lr = 3e-5, warmup_steps = 20, decay_start = 150, shape = "cosine", )"
      R"(total_steps = 200)");
  for (const auto& make : {pytorch_export, optax_export}) {
    const Export made = make(wsd, "");
    EXPECT_TRUE(made.is_exact());
    EXPECT_FALSE(made.reads_rates);
    EXPECT_TRUE(says(made,
                     "    (0, lambda t: linear(0, 3e-4, t / 20)),\n"
                     "    (20, lambda t: 3e-4),\n"
                     "    (150, lambda t: cosine(3e-4, 3e-5, t / 50)),\n"))
        << made.text;
    EXPECT_TRUE(says(made, "def cosine("));
    EXPECT_FALSE(says(made, "def power("));
  }
  EXPECT_TRUE(says(pytorch_export(wsd, ""), "math.cos("));
  EXPECT_TRUE(says(optax_export(wsd, ""), "jnp.cos("));
}

TEST(Python, WritesShortTablesOutAndReadsLongOnes) {
  for (const auto& make : {pytorch_export, optax_export}) {
    const Export written = make(table_of(1000), "x.csv"), read = make(table_of(1001), "x.csv");
    EXPECT_FALSE(written.reads_rates);
    EXPECT_TRUE(says(written, "0.25, 0.25,"));
    EXPECT_TRUE(read.reads_rates);
    EXPECT_FALSE(says(read, "0.25,"));
    EXPECT_TRUE(says(read, "x.csv"));
  }
}

TEST(Python, HasWeightDecayAndBatchWhereTheyAreSaid) {
  const std::string constant = R"(family = "constant", peak_lr = 1, total_steps = 100)";
  for (const auto& make : {pytorch_export, optax_export}) {
    EXPECT_FALSE(says(make(recipe(constant), ""), "weight_decay"));
    EXPECT_FALSE(says(make(recipe(constant), ""), "batch_tokens"));
    const Export made =
        make(recipe(constant + ", weight_decay = { steps = [0, 50], values = [0.1, 0.2] }, batch = 1000"), "");
    EXPECT_TRUE(says(made, "[(0, 0.1), (50, 0.2)]"));
    EXPECT_TRUE(says(made, "[(0, 1000)]"));
  }
}

TEST(Python, RefusesAScheduleOfNothing) {
  const Recipe nothing = recipe(R"(family = "knots", steps = [0], lrs = [0], total_steps = 10)");
  EXPECT_THROW(pytorch_export(nothing, ""), InputError);
  EXPECT_THROW(optax_export(nothing, ""), InputError);
}

}  // namespace
}  // namespace losscast::test
