// The results of a plan, which lie in its folder.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace losscast {

// results.json of a folder; null if there is none that can be read.
nlohmann::ordered_json read_results(const std::filesystem::path& folder);

// Whether the folder has the results of the plan with this hash.
bool has_results(const std::filesystem::path& folder, const std::string& plan);

}  // namespace losscast
