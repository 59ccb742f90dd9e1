#include "cli/output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>

#include "format/json_text.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_json(const nlohmann::ordered_json& object) { print(json_text(object)); }

void report_progress(std::string_view text) { fmt::print(stderr, "losscast: {}\n", text); }

void report_warning(std::string_view text) { fmt::print(stderr, "losscast: warning: {}\n", text); }

void report_error(std::string_view text) { fmt::print(stderr, "losscast: error: {}\n", text); }

void finish_printing() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    throw IoError("standard output cannot be written", std::generic_category().message(errno),
                  "check where it leads to and the free space");
}

}  // namespace losscast
