// Lengths and parameters of the functions that a C++ source defines, counted in its text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace losscast::test {

// A function that is defined at namespace or class level: free or member function, constructor, operator, kernel. What
// it contains, such as lambdas and local types, is part of it.
struct FunctionSize {
  std::string header;  // its text up to the body, on one line
  int first_line = 0;  // of the header, with `template` but without the comment above
  int lines = 0;       // from the first line of the header to the closing brace, with blank lines and comments between
  int parameters = 0;  // in the list, those with a default value too
};

struct FunctionSizes {
  std::vector<FunctionSize> functions;
  bool is_whole = true;  // every brace has its partner; else the functions are not to be trusted
};

// Returns the sizes of the functions of a text in the project's format, in which the brace of a body stands after a
// space or at the start of a line, and the brace of a value does not, but for those after "=" or "return". Branches of
// #if must each be balanced.
FunctionSizes function_sizes(std::string_view text);

}  // namespace losscast::test
