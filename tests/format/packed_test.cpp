#include "format/packed.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace losscast {
namespace {

enum class Colour : std::uint8_t { red, blue };

struct Inner {
  int number = 0;
  std::string text;
  bool operator==(const Inner&) const = default;
};
template <class Archive>
void members(Archive& archive, Inner& inner) {
  archive(inner.number, inner.text);
}

struct Outer {
  double number = 0;
  bool yes = false;
  Colour colour = Colour::red;
  std::vector<float> numbers;
  std::vector<Inner> inner;
  std::vector<std::vector<std::pair<float, std::int64_t>>> nested;
  std::array<double, 2> two = {};
  std::optional<Inner> perhaps;
  std::optional<std::vector<std::int64_t>> nothing;
  bool operator==(const Outer&) const = default;
};
template <class Archive>
void members(Archive& archive, Outer& outer) {
  archive(outer.number, outer.yes, outer.colour, outer.numbers, outer.inner, outer.nested, outer.two, outer.perhaps,
          outer.nothing);
}

Outer example() {
  Outer outer;
  outer.number = 0.1;
  outer.yes = true;
  outer.colour = Colour::blue;
  outer.numbers = {1, std::numeric_limits<float>::infinity(), -0.0f};
  outer.inner = {{1, "one"}, {2, ""}};
  outer.nested = {{{2.5f, 7}}, {}};
  outer.two = {3, 4};
  outer.perhaps = Inner{3, "three"};
  return outer;
}

TEST(Packed, ComesBackAsItWas) {
  const std::string bytes = packed(example());
  EXPECT_EQ(unpacked<Outer>(bytes), example());
  EXPECT_EQ(packed(unpacked<Outer>(bytes)), bytes);
}

TEST(Packed, RefusesBytesThatEndTooEarlyOrTooLate) {
  const std::string bytes = packed(example());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW(unpacked<Outer>(std::string_view(bytes).substr(0, size)), InputError) << size;
  EXPECT_THROW(unpacked<Outer>(bytes + '\0'), InputError);
}

// A damaged size must not be taken for memory to ask for.
TEST(Packed, RefusesSizesBeyondTheBytes) {
  std::string bytes = packed(std::vector<double>{1, 2});
  EXPECT_NO_THROW(unpacked<std::vector<double>>(bytes));
  bytes[7] = 0x7f;
  EXPECT_THROW(unpacked<std::vector<double>>(bytes), InputError);
  EXPECT_THROW(unpacked<std::vector<Inner>>(bytes), InputError);
}

TEST(Packed, RefusesTruthValuesThatAreNone) {
  EXPECT_TRUE(unpacked<bool>(std::string(1, '\1')));
  EXPECT_THROW(unpacked<bool>(std::string(1, '\2')), InputError);
}

}  // namespace
}  // namespace losscast
