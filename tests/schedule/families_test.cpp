// The registry: what is true of every family.
#include "losscast/schedule/families.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <sstream>

#include "losscast/format/number_text.hpp"
#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

using Kind = FamilyArgument::Kind;
using Numbers = std::vector<double>;
using Phases = std::vector<Arguments>;

// Good arguments of every family; several sets where arguments exclude one another.
std::vector<Values> examples() {
  const Values run = {{"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"total_steps", 100.0}};
  const auto example = [&](const char* family, const Values& values) {
    return with(with(run, {{"family", family}}), values);
  };
  return {
      example("constant", {}),
      with(without(example("constant", {}), "warmup_steps"), {{"warmup_fraction", 0.1}}),
      example("linear", {}),
      example("cosine", {}),
      example("cosine", {{"floor_lr", 1e-5}, {"warmup_mode", "over"}, {"warmup_shape", "log"}}),
      example("cosine-restarts", {{"final_lr", 1e-5}, {"restarts", 2.0}}),
      example("cosine-restarts", {{"final_lr_ratio", 0.1}, {"cycle_steps", 20.0}}),
      example("cosine-restarts", {{"restarts", 2.0}, {"cycle_steps", 20.0}}),
      example("wsd", {{"decay_start", 60.0}, {"final_lr", 1e-5}}),
      example("wsd", {{"decay_fraction", 0.3}, {"shape", "power"}}),
      example("two-stage", {{"decay_start", 60.0}, {"final_lr", 1e-5}}),
      example("two-stage", {{"decay_fraction", 0.3}, {"final_lr_ratio", 0.1}}),
      example("multi-step", {}),
      example("multi-step", {{"milestones", Numbers{50, 60}}}),
      example("polynomial", {}),
      example("inverse-sqrt", {}),
      example("inverse-sqrt", {{"decay_start", 60.0}}),
      example("power", {}),
      example("power", {{"decay_fraction", 0.3}}),
      example("cyclic", {{"final_lr", 1e-5}, {"cycle_steps", 20.0}}),
      {{"family", "file"}, {"path", LOSSCAST_TEST_DATA "/schedule/rates.csv"}},
      {{"family", "knots"}, {"steps", Numbers{0, 100}}, {"lrs", Numbers{1, 0}}},
      {{"family", "phases"}, {"phases", Phases{{example("constant", {})}, {example("linear", {})}}}},
  };
}

const Family& family_of(const Values& example) { return find_family(std::get<std::string>(example.at("family"))); }

void expect_same_rates(const Schedule& a, const Schedule& b) {
  ASSERT_EQ(a.total_steps(), b.total_steps());
  for (Step s = 0; s < a.total_steps(); ++s) ASSERT_EQ(a.lr(s), b.lr(s)) << "step " << s;
}

// What a default's text means, if it is a value and not a rule in words.
std::optional<Value> default_value(const FamilyArgument& argument) {
  if (!argument.choices.empty()) return argument.default_text;
  Numbers numbers;
  std::istringstream text(argument.default_text);
  for (std::string part; std::getline(text >> std::ws, part, ',');) {
    const auto number = parse_number(part);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (numbers.empty()) return std::nullopt;
  return argument.kind == Kind::numbers ? Value(numbers) : Value(numbers.front());
}

TEST(Families, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Family& family : families()) EXPECT_TRUE(names.insert(family.name).second) << family.name;
  for (const char* name : {"constant", "linear", "cosine", "cosine-restarts", "wsd", "two-stage", "multi-step",
                           "polynomial", "inverse-sqrt", "power", "cyclic", "file", "knots", "phases"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST(Families, ExplainEveryArgument) {
  for (const Family& family : families()) {
    EXPECT_FALSE(family.summary.empty());
    std::set<std::string> names;
    for (const FamilyArgument& argument : family.arguments) {
      EXPECT_TRUE(names.insert(argument.name).second) << family.name << " " << argument.name;
      EXPECT_FALSE(argument.meaning.empty()) << family.name << " " << argument.name;
    }
  }
}

TEST(Families, AreInTheDocuments) {
  std::ifstream file(LOSSCAST_TEST_DATA "/../../docs/schedules.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  for (const Family& family : families()) {
    EXPECT_NE(text.find("### " + family.name + "\n"), std::string::npos) << family.name;
    for (const FamilyArgument& argument : family.arguments)
      EXPECT_NE(text.find("`" + argument.name + "`"), std::string::npos) << family.name << " " << argument.name;
  }
}

TEST(Families, AllHaveAnExampleThatWorks) {
  std::set<std::string> seen;
  for (const Values& example : examples()) {
    EXPECT_GE(make(example).total_steps(), 100);
    seen.insert(family_of(example).name);
  }
  EXPECT_EQ(seen.size(), families().size());
}

TEST(Families, DefaultsAreWhatTheyAreSaidToBe) {
  for (const Values& example : examples())
    for (const FamilyArgument& argument : family_of(example).arguments) {
      const auto value = default_value(argument);
      if (!value || example.contains(argument.name)) continue;
      const Values explicit_default = with(example, {{argument.name, *value}});
      std::optional<Schedule> schedule;
      try {
        schedule = make(explicit_default);
      } catch (const ArgumentError&) {
        continue;  // excluded by another argument of this example
      }
      SCOPED_TRACE(family_of(example).name + " " + argument.name);
      expect_same_rates(*schedule, make(example));
    }
}

TEST(Families, RefuseNumbersThatAreNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  for (const Values& example : examples())
    for (const FamilyArgument& argument : family_of(example).arguments) {
      const auto refused = [&](double value, const std::string& part) {
        SCOPED_TRACE(family_of(example).name + " " + argument.name);
        expect_refused(with(example, {{argument.name, value}}), argument.name, part);
      };
      switch (argument.kind) {
        case Kind::rate:
          refused(-1e-9, "negative");
          break;
        case Kind::step:
          refused(10.5, "not a whole number");
          if (argument.name == "warmup_steps" || argument.name == "decay_start" || argument.name == "decay_end")
            refused(10.5, "family = \"knots\", which takes such steps");
          refused(-1, "out of range");
          refused(1e13, "out of range");
          break;
        case Kind::fraction:
          refused(-0.1, "out of range");
          refused(1.1, "out of range");
          break;
        case Kind::number:
          break;
        case Kind::weight_decay:
          refused(-1e-9, "negative");
          break;
        case Kind::batch:
          refused(0, "not above 0");
          refused(-1, "not above 0");
          break;
        default:
          continue;
      }
      refused(nan, "not finite");
      refused(infinity, "not finite");
    }
}

TEST(Families, RefuseValuesOfTheWrongType) {
  for (const Values& example : examples())
    for (const FamilyArgument& argument : family_of(example).arguments) {
      SCOPED_TRACE(family_of(example).name + " " + argument.name);
      const bool is_word = argument.kind == Kind::word;
      expect_refused(with(example, {{argument.name, is_word ? Value(1.0) : Value("text")}}), argument.name,
                     "should be");
    }
}

TEST(Families, RefuseToBeWithoutLength) {
  for (const Values& example : examples()) {
    if (!example.contains("total_steps")) continue;
    expect_refused(without(example, "total_steps"), "total_steps", "missing");
    expect_refused(with(example, {{"total_steps", 0.0}}), "total_steps", "no run");
  }
}

TEST(Families, RefuseUnknownKeys) {
  const Values cosine = {{"family", "cosine"}, {"peak_lr", 3e-4}, {"total_steps", 100.0}};
  EXPECT_NO_THROW(make(cosine));
  expect_refused(with(cosine, {{"warmup_step", 10.0}}), "warmup_step", "Did you mean \"warmup_steps\"?");
  expect_refused(with(cosine, {{"momentum", 0.9}}), "momentum", "it has: peak_lr, total_steps");
  expect_refused(with(cosine, {{"milestones", Numbers{10}}}), "milestones", "no argument of the family \"cosine\"");
}

TEST(Families, RefuseUnknownFamilies) {
  const Values rest = {{"peak_lr", 3e-4}, {"total_steps", 100.0}};
  EXPECT_NO_THROW(make(with(rest, {{"family", "cosine"}})));
  expect_refused(with(rest, {{"family", "cosin"}}), "family", "Did you mean \"cosine\"?");
  expect_refused(with(rest, {{"family", "WSD"}}), "family", "Did you mean \"wsd\"?");
  expect_refused(with(rest, {{"family", "zigzag"}}), "family", "Choose one");
  expect_refused(rest, "family", "missing");
  expect_refused(with(rest, {{"family", 3.0}}), "family", "no word");
}

}  // namespace
}  // namespace losscast::test
