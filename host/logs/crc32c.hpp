// The checksum of records in event files: CRC-32C (Castagnoli; RFC 3720, B.4), and its masked form.
#pragma once

#include <cstdint>
#include <string_view>

namespace losscast {

std::uint32_t crc32c(std::string_view bytes);

// As records store it, so that checksums of data that holds checksums stay good: rotated and shifted by a constant.
std::uint32_t masked_crc32c(std::string_view bytes);

}  // namespace losscast
