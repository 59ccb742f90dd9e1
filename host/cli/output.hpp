// What the program writes to its two streams: results to standard output, everything else to standard error.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace losscast {

// A result. With --json a command calls print_json() once and print() never.
void print(std::string_view text);
void print_json(const nlohmann::ordered_json& object);

// What is going on, what to be careful about, and why the program fails: a line each.
void report_progress(std::string_view text);
void report_warning(std::string_view text);
void report_error(std::string_view text);

// Throws IoError unless all that was printed has arrived.
void finish_printing();

}  // namespace losscast
