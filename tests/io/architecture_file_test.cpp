#include "losscast/io/architecture_file.hpp"

#include <gtest/gtest.h>

#include "losscast/io/outcomes_csv.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast {
namespace {

TEST(ArchitectureFile, HasDefaultsForWhatItDoesNotSay) {
  const test::ScratchFolder folder;
  const Architecture read =
      read_architecture(folder.write("a.toml", "format = 1\nlayers = 3\nd_model = 64\nheads = 4\n"));
  EXPECT_EQ(read.d_ffn, 256);
  EXPECT_EQ(read.initialisation, Initialisation::depth_scaled);
  EXPECT_EQ(read.embedding, Embedding::vanilla);
  EXPECT_EQ(read.norm, NormPlacement::pre);
  EXPECT_FALSE(read.embedding_deviation);
}

TEST(ArchitectureFile, ReadsEveryKey) {
  const test::ScratchFolder folder;
  const Architecture read = read_architecture(
      folder.write("a.toml",
                   "format = 1\nlayers = 3\nd_model = 64\nheads = 4\nd_ffn = 100\ninitialisation = \"xavier\"\n"
                   "embedding = \"layernorm\"\nnorm = \"post\"\nembedding_deviation = 0.5\n"));
  EXPECT_EQ(read.d_ffn, 100);
  EXPECT_EQ(read.initialisation, Initialisation::xavier);
  EXPECT_EQ(read.embedding, Embedding::layer_norm);
  EXPECT_EQ(read.norm, NormPlacement::post);
  EXPECT_EQ(read.embedding_deviation, 0.5);
}

TEST(OutcomesCsv, ReadsArchitecturesBesideItAndOtherEmbeddings) {
  const std::vector<TrainingOutcome> outcomes = read_outcomes(LOSSCAST_EXAMPLES "/stability/outcomes.csv");
  ASSERT_EQ(outcomes.size(), 8u);
  EXPECT_EQ(outcomes[2].architecture.embedding, Embedding::scaled);
  EXPECT_EQ(outcomes[4].architecture.d_model, 2304);
  EXPECT_EQ(outcomes[0].peak_lr, 5e-4);
  EXPECT_TRUE(outcomes[0].spiked);
  EXPECT_FALSE(outcomes[7].spiked);
}

}  // namespace
}  // namespace losscast
