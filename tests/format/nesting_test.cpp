#include "format/nesting.hpp"

#include <gtest/gtest.h>

#include <string>

#include "format/json_document.hpp"
#include "format/toml_document.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

constexpr ExitCode kInput = ExitCode::usage_or_input;
constexpr int kMany = 1'000'000;  // more levels than any stack bears

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string dotted(int parts) { return "a" + repeated(".a", parts - 1); }

// TOML whose values lie `levels` deep, one form of nesting each.
std::vector<std::string> toml_of_depth(int levels) {
  return {"[" + dotted(levels - 1) + "]\nb = 1\n",
          "[[" + dotted(levels - 2) + "]]\nb = 1\n",
          dotted(levels) + " = 1\n",
          "a = " + repeated("[", levels - 1) + repeated("]", levels - 1) + "\n",
          "a = " + repeated("{ a = ", levels - 1) + "1" + repeated(" }", levels - 1) + "\n",
          "a = " + repeated("[\n", levels - 1) + repeated("]", levels - 1) + "\n",
          "[" + dotted(levels - 2) + "]\na = { b = 1 }\n",
          "x = [{ y = 1.5 }, { " + dotted(levels - 2) + " = 1 }]\n",
          "\"a.b\" = '''\n''''' # \"\nc = \"\\\"\"\n" + dotted(levels) + " = 1\n"};
}

TEST(Nesting, OfTomlHasALimit) {
  const ScratchFolder folder;
  for (const std::string& text : toml_of_depth(kDeepestNesting)) {
    EXPECT_FALSE(too_deep_in_toml(text)) << text;
    EXPECT_NO_THROW(read_toml_file(folder.write("deep.toml", text))) << text;
  }
  for (const std::string& text : toml_of_depth(kDeepestNesting + 1)) EXPECT_TRUE(too_deep_in_toml(text)) << text;
  for (const std::string& text : toml_of_depth(kMany)) {
    const auto file = folder.write("deep.toml", text);
    expect_error(kInput, {file.string() + ":", "more than 64 levels deep", "Correct what stands here"},
                 [&] { read_toml_file(file); });
  }
}

TEST(Nesting, OfTomlIsNotCountedWhereThereIsNone) {
  const std::string dots(200, '.'), brackets(200, '[');
  for (const std::string& text :
       {"a = \"" + dots + brackets + "\"\n", "a = '" + dots + brackets + "'\n", "# " + dots + brackets + "\na = 1",
        "a = \"\"\"\n" + brackets + "\n\\\"\"\" " + brackets + "\"\"\"\"\nb = 1.5\n", "\"" + dots + "\" = 1\n",
        "a = [" + repeated("1.5, ", 200) + "]\n", "a = [" + repeated("{ b = 1.5 }, ", 200) + "]\n",
        repeated("[a.b]\n", 200), repeated("a.b = 1\n", 200), std::string("a = '''x''''\nb = '''''''\n")})
    EXPECT_FALSE(too_deep_in_toml(text)) << text;
}

TEST(Nesting, LeadsToTheLineAndTheCharacter) {
  const ScratchFolder folder;
  const auto toml = folder.write("deep.toml", "\xC3\xA9 = 1\n" + dotted(kMany) + " = 1\n");
  expect_error(kInput, {toml.string() + ":2:128: "}, [&] { read_toml_file(toml); });
  const auto json = folder.write("deep.json", "{\n  \"a\": " + std::string(kMany, '['));
  expect_error(kInput, {json.string() + ":2:71: "}, [&] { read_json_file(json); });
  expect_error(kInput, {"--schedule, character 64: ", "64 levels"},
               [] { parse_toml_value(std::string(kMany, '['), "--schedule"); });
  expect_error(kInput, {"--set a.a", "64 levels"}, [] { parse_toml_assignment(dotted(60'000) + "=1", "--set"); });
  EXPECT_EQ(parse_toml_assignment(dotted(kDeepestNesting) + "=1", "--set").keys.size(),
            static_cast<std::size_t>(kDeepestNesting));
}

TEST(Nesting, OfJsonHasALimit) {
  const ScratchFolder folder;
  const auto lists = [](int levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  const auto objects = [](int levels) { return repeated("{\"[\\\"{\": ", levels) + "1" + std::string(levels, '}'); };
  for (const auto& nested : {std::function<std::string(int)>(lists), std::function<std::string(int)>(objects)}) {
    EXPECT_NO_THROW(read_json_file(folder.write("deep.json", nested(kDeepestNesting))));
    for (const int levels : {kDeepestNesting + 1, kMany}) {
      const auto file = folder.write("deep.json", nested(levels));
      expect_error(kInput, {file.string() + ":1:", "more than 64 levels deep"}, [&] { read_json_file(file); });
    }
  }
  EXPECT_FALSE(too_deep_in_json("[" + repeated("[], ", 200) + "\"" + std::string(200, '[') + "\"]"));
}

TEST(Nesting, OfCborHasALimit) {
  EXPECT_FALSE(is_too_deep_cbor(std::string(kDeepestNesting, '\x81') + '\x01'));
  EXPECT_TRUE(is_too_deep_cbor(std::string(kDeepestNesting + 1, '\x81') + '\x01'));
  EXPECT_TRUE(is_too_deep_cbor(std::string(kMany, '\x81')));
}

}  // namespace
}  // namespace losscast::test
