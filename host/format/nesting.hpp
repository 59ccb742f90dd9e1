// How deep values lie within each other in a text, found before it is parsed: what is read from it is walked and
// destroyed by functions that call themselves, which no stack bears for a text that nests without end.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "losscast/base/error.hpp"

namespace losscast {

inline constexpr int kDeepestNesting = 64;

// The byte, from 0, at which the text first nests deeper than that; nothing if it never does. In TOML every part of a
// key, as in [a.b.c] or a.b.c = 1, is a level. The text may be invalid.
std::optional<std::size_t> too_deep_in_json(std::string_view text);
std::optional<std::size_t> too_deep_in_toml(std::string_view text);

// Whether bytes of CBOR do so.
bool is_too_deep_cbor(std::string_view bytes);

// The error that says so, without the place.
InputError too_deep_error();

}  // namespace losscast
