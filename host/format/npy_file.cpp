#include "format/npy_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <functional>
#include <numeric>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"

namespace losscast {

namespace {

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};  // with the version
constexpr std::size_t kBeforeHeader = kMagic.size() + 2;    // and the header's length
constexpr std::string_view kShape = "{'descr': '<f8', 'fortran_order': False, 'shape': (";
constexpr std::string_view kEnd = "), }";

void append_little_endian(std::string& bytes, std::uint64_t number, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
}

// Returns a shape as Python would write it, without its brackets: a tuple of one number has a comma, too.
std::string tuple(std::span<const std::size_t> shape) {
  return fmt::format("{}{}", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

// Reads back the shape that stands at the beginning of a text; empty if none does.
std::vector<std::size_t> shape_in(std::string_view text) {
  std::vector<std::size_t> shape;
  for (std::size_t at = 0;;) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), length);
    if (error != std::errc()) return shape;
    shape.push_back(length);
    at = static_cast<std::size_t>(end - text.data());
    if (!text.substr(at).starts_with(", ")) return shape;
    at += 2;
  }
}

}  // namespace

std::string npy_bytes(std::span<const std::size_t> shape, std::span<const double> numbers) {
  LOSSCAST_EXPECTS(std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>()) == numbers.size());
  constexpr std::size_t kAlignment = 64;  // of the numbers, so that they can be mapped into memory
  std::string header = fmt::format("{}{}{}", kShape, tuple(shape), kEnd);
  header.append(kAlignment - 1 - (kBeforeHeader + header.size()) % kAlignment, ' ');
  header += '\n';

  std::string bytes;
  bytes.reserve(kBeforeHeader + header.size() + numbers.size_bytes());
  bytes += kMagic;
  append_little_endian(bytes, header.size(), 2);
  bytes += header;
  for (const double number : numbers) append_little_endian(bytes, std::bit_cast<std::uint64_t>(number), 8);
  return bytes;
}

NpyArray read_npy_file(const std::filesystem::path& file) {
  const auto require = [&](bool holds, std::string_view problem) {
    if (!holds)
      throw InputError(problem, "an array of float64 in C order is wanted, as NumPy writes it in version 1.0",
                       "make it again with what wrote it")
          .at(file.string());
  };
  constexpr const char* kOtherLength = "it is longer or shorter than its shape says";
  const std::string content = read_text_file(file);
  std::string_view rest = content;
  require(rest.starts_with(kMagic) && rest.size() >= kBeforeHeader, "this is no such .npy file");
  const std::size_t length = little_endian(rest.substr(kMagic.size(), 2));
  rest.remove_prefix(kBeforeHeader);
  require(rest.starts_with(kShape) && rest.size() >= length, "its header is another one");
  NpyArray array{shape_in(rest.substr(kShape.size())), {}};
  rest.remove_prefix(length);
  std::size_t count = 1;
  for (const std::size_t n : array.shape) {
    require(n == 0 || count <= rest.size() / n, kOtherLength);
    count *= n;
  }
  require(!array.shape.empty() && rest.size() == count * sizeof(double), kOtherLength);
  for (; !rest.empty(); rest.remove_prefix(sizeof(double)))
    array.numbers.push_back(std::bit_cast<double>(little_endian(rest.substr(0, sizeof(double)))));
  return array;
}

}  // namespace losscast
