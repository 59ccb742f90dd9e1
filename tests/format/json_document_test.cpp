#include "format/json_document.hpp"

#include <gtest/gtest.h>

#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

DocumentNode read(const std::string& text) {
  const ScratchFolder folder;
  folder.write("one.json", text);
  return read_json_file(folder.path() / "one.json");
}

TEST(JsonDocument, RefusesAKeyThatIsThereTwice) {
  const DocumentNode good = read(R"({"a": 1, "b": [{"a": 2}, {"a": 3}], "c": {"a": 4}})");
  EXPECT_EQ(good.at("b").list()[1].at("a").number(), 3);
  EXPECT_EQ(good.at("c").at("a").number(), 4);
  for (const char* text : {R"({"a": 1, "b": 2, "a": 3})", R"({"b": [0, {"c": {}, "a": 1, "a": 1}]})",
                           R"({"b": {"a": {"a": 1}, "c": 1, "\u0061": 2}})"})
    expect_error(ExitCode::usage_or_input, {"one.json", "not valid JSON", "the key \"a\" is there twice"},
                 [&] { read(text); });
}

}  // namespace
}  // namespace losscast::test
