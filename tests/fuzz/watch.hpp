// Keeps the input that ends the program, be it by a crash, by a fault that the target found, or by taking too long.
#pragma once

#include <string>

namespace losscast::fuzz {

// `file` is where such an input is written to.
void begin_watch(const std::string& program, const std::string& file);

// The input that runs from now on, for as long as it is allowed to.
void watch(const std::string& input);

// It has ended.
void end_watch();

}  // namespace losscast::fuzz
