// Reads a schedule from each line of its input, as --schedule takes it, and prints the LR of every update as a line of
// numbers that read back as the same.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <string>

#include "losscast/base/error.hpp"
#include "losscast/schedule/schedule_text.hpp"

int main() {
  for (std::string text; std::getline(std::cin, text);) {
    try {
      const losscast::Schedule schedule = losscast::parse_recipe(text, "schedule").schedule;
      std::vector<double> lrs(static_cast<std::size_t>(schedule.total_steps()));
      schedule.fill(0, lrs);
      fmt::print("{:.17g}\n", fmt::join(lrs, " "));
    } catch (const losscast::InputError& error) {
      fmt::print(stderr, "{}\n", error.what());
      return 2;
    }
  }
}
