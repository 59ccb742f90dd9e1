/// \file
/// How far a search has come, kept on disk so that it can go on after an interruption.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "losscast/race/search.hpp"

namespace losscast {

/// Writes the file: one line of text, with a checksum, and then CBOR, atomically. `identity` is a text of any form that
/// differs between searches with different results.
void write_search_progress(const std::filesystem::path& file, const std::string& identity, const RaceProgress& race,
                           const BestOfDraws& best_of_draws);

/// Returns what was kept in the file, or nothing if there is no file, if it was damaged, or if it has another identity;
/// the search then starts anew. Throws IoError if the file cannot be read.
std::optional<SearchProgress> read_search_progress(const std::filesystem::path& file, const std::string& identity);

}  // namespace losscast
