// The results of a plan, which lie in its folder.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace losscast {

// results.json of a folder; null if there is none that can be read.
nlohmann::ordered_json read_results(const std::filesystem::path& folder);

// Whether the folder has the results of the plan with this hash.
bool has_results(const std::filesystem::path& folder, const std::string& plan);

// The file that a command's answer is kept in, beside its results.
inline constexpr const char* kAnswerFile = "answer.json";

// Where in a folder its results lie, in paths from there: an empty one for the folder itself.
using ResultsPlaces = std::vector<std::filesystem::path>;
inline const ResultsPlaces kInTheFolder = {""};

// The entry of that file which tells later whether the results are whole: of each one its size, and of those that are
// quickly read the SHA-256.
inline constexpr const char* kSealsKey = "files";
nlohmann::ordered_json seals_of_results(const std::filesystem::path& folder, const ResultsPlaces& places);

// Whether the folder keeps the answer of the plan with this hash, and all files of the results are those of which the
// answer was made.
bool is_answer_whole(const std::filesystem::path& folder, const std::string& plan, const ResultsPlaces& places);

// Whether the folder itself has the results of the plan with this hash, and their answer, and all files are whole.
bool has_whole_results(const std::filesystem::path& folder, const std::string& plan);

}  // namespace losscast
