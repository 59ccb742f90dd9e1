// How far a search has come, kept on disk so that it can go on after an interruption.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "losscast/race/search.hpp"

namespace losscast {

// Writes the file (a line and then CBOR, atomically). `identity` is whatever the search's result depends on, in any
// form.
void write_search_progress(const std::filesystem::path& file, const std::string& identity, const RaceProgress& race,
                           const BestOfDraws& best_of_draws);

// What was kept in the file; nothing where there is none, it cannot be understood, or it has another identity: the
// search then starts anew. Throws IoError if it cannot be read.
std::optional<SearchProgress> read_search_progress(const std::filesystem::path& file, const std::string& identity);

}  // namespace losscast
