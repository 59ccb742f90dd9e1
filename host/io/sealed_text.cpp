#include "io/sealed_text.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace losscast {

namespace {

// FNV-1a of 64 bits.
std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return sum;
}

std::string line_of(std::string_view seal, std::string_view bytes) {
  return fmt::format("{} {:016x}\n", seal, checksum(bytes));
}

}  // namespace

std::string sealed_text(std::string_view seal, std::string_view bytes) { return line_of(seal, bytes).append(bytes); }

std::optional<std::string_view> unsealed_text(std::string_view seal, std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view bytes = text.substr(end + 1);
  if (text.substr(0, end + 1) != line_of(seal, bytes)) return {};
  return bytes;
}

}  // namespace losscast
