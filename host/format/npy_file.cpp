#include "format/npy_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cstdint>
#include <functional>
#include <numeric>

#include "losscast/base/contract.hpp"

namespace losscast {

namespace {

void append_little_endian(std::string& bytes, std::uint64_t number, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
}

// Returns a shape as Python would write it: a tuple of one number has a comma, too.
std::string tuple(std::span<const std::size_t> shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

}  // namespace

std::string npy_bytes(std::span<const std::size_t> shape, std::span<const double> numbers) {
  LOSSCAST_EXPECTS(std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>()) == numbers.size());
  constexpr std::string_view kMagic = "\x93NUMPY";
  constexpr std::size_t kBeforeHeader = kMagic.size() + 4;  // version and the header's length
  constexpr std::size_t kAlignment = 64;                    // of the numbers, so that they can be mapped into memory
  std::string header = fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': {}, }}", tuple(shape));
  header.append(kAlignment - 1 - (kBeforeHeader + header.size()) % kAlignment, ' ');
  header += '\n';

  std::string bytes;
  bytes.reserve(kBeforeHeader + header.size() + numbers.size_bytes());
  bytes += kMagic;
  bytes.append({'\x01', '\x00'});
  append_little_endian(bytes, header.size(), 2);
  bytes += header;
  for (const double number : numbers) append_little_endian(bytes, std::bit_cast<std::uint64_t>(number), 8);
  return bytes;
}

}  // namespace losscast
