// First the counter itself, on made-up text; then the project's own functions.
#include "tests/structure/function_sizes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/structure/faults.hpp"
#include "tests/structure/project_files.hpp"

namespace losscast::test {
namespace {

// No function should be longer, or take more parameters, but for so many, whose parts would be harder to read than the
// whole.
constexpr int kMostLines = 40, kMostParameters = 6;
constexpr std::size_t kLongFunctions = 12, kLongLists = 4;

FunctionSize only(const std::string& text) {
  const FunctionSizes sizes = function_sizes(text);
  EXPECT_TRUE(sizes.is_whole) << text;
  EXPECT_EQ(sizes.functions.size(), 1u) << text;
  return sizes.functions.empty() ? FunctionSize{} : sizes.functions.front();
}

TEST(FunctionSizes, CountsLinesFromTheHeaderToTheBrace) {
  const FunctionSize one =
      only("#include <a>\n\nnamespace a {\n\n// Comment {\nint f(int x,\n      int y) {\n\n  return 1;\n}\n}\n");
  EXPECT_EQ(one.header, "int f(int x, int y) ");
  EXPECT_EQ(one.first_line, 6);
  EXPECT_EQ(one.lines, 5);
  EXPECT_EQ(one.parameters, 2);
  EXPECT_EQ(only("int f() { return 1; }").lines, 1);
}

TEST(FunctionSizes, SeesPastBracesThatAreNoBodies) {
  EXPECT_EQ(only("struct A {\n  int x = {};\n  int y{1};\n  A(int a = {}) : x{a}, y(2) {\n  }\n};\n").lines, 2);
  EXPECT_EQ(
      only("enum class E { a, b };\nconst int k[] = {1, {2}};\nint f() {\n  auto g = [](int a) {\n  };\n}\n").lines, 4);
  EXPECT_EQ(only("#define X {\nint f() {\n  puts(\"}\\\"}\" R\"(})\"); /* } */\n  char c = '}' + 1'000;\n}\n").lines,
            4);
}

TEST(FunctionSizes, FindsEveryKindOfFunction) {
  const FunctionSizes sizes = function_sizes(
      "namespace a::inline B {\ntemplate <class T, int n>\nclass C final : public D<T> {\n public:\n"
      "  explicit C(int a) : a_(a) {}\n  bool operator()(int a, int b) const override { return a < b; }\n"
      "  auto operator<(const C&) const -> bool { return true; }\n  void declared(int a);\n private:\n"
      "  int get() const noexcept(true) { return a_; }\n  int a_ = 0;\n};\n"
      "template <class T>\n__global__ void __launch_bounds__(64) kernel(T) {\n}\n}\n");
  EXPECT_TRUE(sizes.is_whole);
  std::vector<std::pair<std::string, int>> found;
  for (const FunctionSize& one : sizes.functions) found.emplace_back(one.header, one.parameters);
  EXPECT_EQ(found, (std::vector<std::pair<std::string, int>>{
                       {"explicit C(int a) : a_(a) ", 1},
                       {"bool operator()(int a, int b) const override ", 2},
                       {"auto operator<(const C&) const -> bool ", 1},
                       {"int get() const noexcept(true) ", 0},
                       {"template <class T> __global__ void __launch_bounds__(64) kernel(T) ", 1}}));
}

TEST(FunctionSizes, CountsParametersNotTheCommasInThem) {
  EXPECT_EQ(only("void f(std::map<int, A<B, C>> a, int (*g)(int, int), D d = {1, 2}, E e = h(1, 2)) {}").parameters, 4);
  EXPECT_EQ(only("template <class A, class B> void f( ) {}").parameters, 0);
}

TEST(FunctionSizes, SaysWhereBracesHaveNoPartner) {
  EXPECT_FALSE(function_sizes("int f() {\n").is_whole);
  EXPECT_FALSE(function_sizes("namespace a {\n").is_whole);
  EXPECT_FALSE(function_sizes("int f() {}\n}\n").is_whole);
}

// The project itself.
class ProjectFunctions : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const SourceFile& file : source_files(LOSSCAST_SOURCE_DIR)) {
      const FunctionSizes sizes = function_sizes(file.text);
      if (!sizes.is_whole) unread_.push_back(file.path);
      for (const FunctionSize& one : sizes.functions) see(file.path + ":" + std::to_string(one.first_line), one);
    }
  }

  static void see(const std::string& place, const FunctionSize& one) {
    ++functions_;
    if (one.lines > kMostLines)
      long_functions_.push_back(place + ": " + std::to_string(one.lines) + " lines: " + one.header);
    if (one.parameters > kMostParameters)
      long_lists_.push_back(place + ": " + std::to_string(one.parameters) + " parameters: " + one.header);
  }

  inline static std::size_t functions_ = 0;
  inline static std::vector<std::string> unread_, long_functions_, long_lists_;
};

TEST_F(ProjectFunctions, AreRead) {
  EXPECT_TRUE(none(unread_));
  EXPECT_GT(functions_, 1000u);
}

TEST_F(ProjectFunctions, AreShort) {
  EXPECT_LE(long_functions_.size(), kLongFunctions) << none(long_functions_).message();
}

TEST_F(ProjectFunctions, HaveFewParameters) {
  EXPECT_LE(long_lists_.size(), kLongLists) << none(long_lists_).message();
}

}  // namespace
}  // namespace losscast::test
