// What the program writes to its two streams: results to standard output, everything else to standard error.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace losscast {

// A result. With --json a command calls print_json() once and print() never. Throws IoError unless all of it has
// arrived.
void print(std::string_view text);
void print_json(const nlohmann::ordered_json& object);

// What is going on, what was done to the input, what to be careful about, and why the program fails: a line each.
// Nothing depends on whether it arrives: a standard error that is full or closed ends nothing.
void report_progress(std::string_view text) noexcept;
void report_note(std::string_view text) noexcept;
void report_warning(std::string_view text) noexcept;
void report_error(std::string_view text) noexcept;

// A line that stays the last one on the terminal that standard error is: whatever is written above goes above it.
// Another one takes its place; an empty one leaves nothing behind. The text must fit into the terminal's width; what is
// beyond kStandingLine bytes is left out.
inline constexpr std::size_t kStandingLine = 1024;
void show_standing_line(std::string_view text) noexcept;

}  // namespace losscast
