// Bytes with a line before them that tells whether they were damaged.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace losscast {

// The line "<seal> <checksum of the bytes>", then the bytes.
std::string sealed_text(std::string_view seal, std::string_view bytes);

// The bytes of a sealed text; nothing if it has another seal or if they were damaged.
std::optional<std::string_view> unsealed_text(std::string_view seal, std::string_view text);

}  // namespace losscast
