// A recipe as a Python module: what the modules for PyTorch and optax have in common.
#pragma once

#include <string>
#include <string_view>

#include "losscast/frameworks/export.hpp"

namespace losscast {

// The words in which two array libraries differ.
struct PythonDialect {
  std::string_view math;     // the module of elementary functions and pi
  std::string_view minimum;  // the smaller of two numbers
};

// How a schedule is written down.
enum class PythonForm {
  pieces,       // a formula for each segment
  short_rates,  // the rates, in the module
  rates_file,   // the rates, in a file beside it
};
PythonForm python_form(const Schedule& schedule);

// The module's first lines, a comment that says which schedule it is. Throws InputError if the peak LR is 0.
std::string python_heading(const Recipe& recipe);

// Definitions of the forms that the segments have, and PIECES: a pair for each segment, of its first update and a
// function of the updates since then.
std::string python_pieces(const Schedule& schedule, const PythonDialect& dialect);

// RATES, a list of the LR of every update, written out or read from `rates_file`.
std::string python_rates(const Schedule& schedule, PythonForm form, const std::string& rates_file);

// `values` as Python: "[(0, 0.1), (20000, 0.02)]", a pair of the first update and the value for each stair.
std::string python_stairs(const StepValues& values);

}  // namespace losscast
