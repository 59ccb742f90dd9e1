// One [[family]] of a sweep file.
#pragma once

#include "format/document.hpp"
#include "losscast/space/space.hpp"

namespace losscast {

// Numbers, words, lists of numbers and phases are fixed; lists of them are choices; { linear = [lo, hi] }, { log = ...
// } and { integer = ... }, each with an optional `grid`, are ranges. Throws InputError naming the place: unknown family
// or argument, a value of another kind than the argument's, an empty list, a range that is not one, a range without
// `grid` if the method is `grid`.
FamilySpace read_family_space(const DocumentNode& node, SearchMethod method);

}  // namespace losscast
