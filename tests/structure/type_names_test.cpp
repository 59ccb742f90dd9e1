// Two types of one name in the namespace of the library are one to the linker, whatever they hold. First the check
// itself, on made-up text; then the project's own files.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/structure/faults.hpp"
#include "tests/structure/project_files.hpp"

namespace losscast::test {
namespace {

// The types that a file defines for all others: those that begin in the first column, as clang-format has it, and are
// not in a namespace without a name.
std::set<std::string> type_names(const std::string& text) {
  static const std::regex definition(R"((?:struct|class|enum class|union) (\w+)(?: final)?(?: : [^;]*)?(?: \{.*)?)");
  std::set<std::string> names;
  bool is_hidden = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line == "namespace {") is_hidden = true;
    if (line == "}  // namespace") is_hidden = false;
    std::smatch parts;
    if (!is_hidden && std::regex_match(line, parts, definition)) names.insert(parts[1]);
  }
  return names;
}

using Names = std::set<std::string>;

TEST(TypeNames, AreThoseThatOtherFilesSee) {
  EXPECT_EQ(type_names("namespace a {\nnamespace {\nstruct Hidden {\n};\n}  // namespace\nstruct Seen {\n};\n"),
            Names{"Seen"});
  EXPECT_EQ(type_names("class A final : public B, C {\nenum class D : int { a };\nstruct E { int x; };\n"),
            (Names{"A", "D", "E"}));
  EXPECT_EQ(type_names("struct Declared;\nclass A::Nested {\n  struct Member {\n  };\n// struct Said {\n"), Names{});
}

TEST(TypeNames, OfTheProjectAreDefinedOnce) {
  std::map<std::string, std::string> first;
  std::vector<std::string> twice;
  for (const SourceFile& file : source_files(LOSSCAST_SOURCE_DIR))
    for (const std::string& name : type_names(file.text))
      if (const auto [place, is_new] = first.emplace(name, file.path); !is_new)
        twice.push_back(name + ": " + place->second + ", " + file.path);
  EXPECT_TRUE(none(twice));
  EXPECT_GT(first.size(), 300u);
}

}  // namespace
}  // namespace losscast::test
