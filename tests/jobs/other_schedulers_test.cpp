// The script that docs/slurm.md gives for the job arrays of other schedulers.
#include <gtest/gtest.h>

#include "jobs/child_process.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

std::string documented_script() {
  const std::string page = read_text_file(LOSSCAST_TEST_DATA "/../../docs/slurm.md");
  const std::size_t begin = page.find("#!/bin/bash\n# shard.sh");
  const std::size_t end = page.find("```", begin);
  EXPECT_NE(end, std::string::npos);
  return page.substr(begin, end - begin);
}

// What the script calls, with these variables of the environment.
std::string call_of(const std::vector<std::string>& variables) {
  const ScratchFolder folder;
  const auto script =
      folder.write("shard.sh", replaced(documented_script(), "/path/to/the/folder/of/plan", folder.path().string()));
  std::vector<std::string> words = {"env", "-u", "PBS_ARRAY_INDEX", "-u", "LSB_JOBINDEX", "-u", "SGE_TASK_ID"};
  words.insert(words.end(), variables.begin(), variables.end());
  words.insert(words.end(),
               {"bash", "-euc", "losscast() { echo \"$*\"; }; export -f losscast; exec bash \"$0\"", script.string()});
  const auto answer = ask(words);
  EXPECT_TRUE(answer);
  EXPECT_EQ(answer->err, "");
  return answer->out;
}

TEST(OtherSchedulers, TellATaskItsShard) {
  for (const char* variable : {"PBS_ARRAY_INDEX=7", "LSB_JOBINDEX=7", "SGE_TASK_ID=7"})
    EXPECT_EQ(call_of({variable}), "shard plan --index 6 --threads 4\n") << variable;
  EXPECT_EQ(call_of({"LSB_JOBINDEX=0", "SGE_TASK_ID=10"}), "shard plan --index 9 --threads 4\n");
}

TEST(OtherSchedulers, RunTheOnlyShardWithoutAnArray) {
  for (const char* variable : {"LSB_JOBINDEX=0", "SGE_TASK_ID=undefined", "PBS_ARRAY_INDEX="})
    EXPECT_EQ(call_of({variable}), "shard plan --index 0 --threads 4\n") << variable;
  EXPECT_EQ(call_of({}), "shard plan --index 0 --threads 4\n");
}

}  // namespace
}  // namespace losscast::test
