/// \file
/// Numbers to text and back: every digit that matters and none more, the same in every locale.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace losscast {

/// The fewest digits that read back as the same double. Whole numbers below 1e15 are written without an
/// exponent (24000, not 2.4e4), since most of them count steps. Not finite: "inf", "-inf", "nan".
std::string number_text(double value);

/// Appends these digits to a text.
void append_number(std::string& text, double value);

/// The number that the whole of `text` spells, "inf" and "nan" included; nothing if it is no number, has anything
/// beside one, or lies outside a double's range.
std::optional<double> parse_number(std::string_view text);

/// Whether the value is an integer that a double tells from its neighbours: a whole number of at most 2^53 in
/// magnitude.
bool is_exact_integer(double value);

}  // namespace losscast
