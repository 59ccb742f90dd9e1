/// \file
/// "Did you mean": the known word that a misspelt one was probably meant to be.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace losscast {

/// The candidate nearest to `word`, or an empty string if none is close. Distance: the number of letters inserted,
/// deleted, replaced or swapped with their neighbour (optimal string alignment), upper and lower case being equal.
/// Close is one slip in three letters, or one word beginning with the whole of the other. The first of equals wins.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// Whether a suggestion puts the word into quotes.
enum class Quotes {
  around,  ///< it does
  none,    ///< for a word that is typed without them, such as a flag
};

/// What to do about a word that is not one of those allowed, as the remedy of an error: `Did you mean "x"?` with the
/// candidate nearest to `word`, or `otherwise` if none is near.
std::string suggestion(std::string_view word, std::span<const std::string> candidates, std::string_view otherwise,
                       Quotes quotes = Quotes::around);

}  // namespace losscast
