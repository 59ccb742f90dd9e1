// Numbers as logs print them.
#pragma once

#include <optional>
#include <string_view>

namespace losscast {

struct PrintedNumber {
  double value;
  double unit;  // of the last digit: 1e-6 for "0.000600" and for "6e-6"; 0 if the value is not finite
};

// Nothing if the text is no number.
std::optional<PrintedNumber> parse_printed_number(std::string_view text);

// The number as it is printed with the fewest digits that read back as the same double.
PrintedNumber shortest_printed(double value);

// Whether the text stands for a value that is not there: nothing, "None", "null".
bool is_missing_value(std::string_view text);

// Without blanks at either end.
std::string_view without_blanks(std::string_view text);

}  // namespace losscast
