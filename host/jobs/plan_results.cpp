#include "jobs/plan_results.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>

#include "format/kept_file.hpp"
#include "format/sha256.hpp"
#include "losscast/io/results_file.hpp"

namespace losscast {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::uintmax_t kQuicklyRead = 16 << 20;  // bytes; the table of a million candidates has many more

// Null if there is no such file.
Json seal_of(const fs::path& file) {
  std::error_code problem;
  const std::uintmax_t bytes = fs::file_size(file, problem);
  if (problem) return nullptr;
  return {{"bytes", bytes}, {"sha256", bytes > kQuicklyRead ? Json(nullptr) : Json(sha256(read_kept_file(file)))}};
}

Json read_json(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return nullptr;
  return Json::parse(read_kept_file(file), nullptr, /*allow_exceptions=*/false);
}

}  // namespace

Json read_results(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "results.csv", ignored) ? read_json(folder / "results.json") : Json(nullptr);
}

bool has_results(const fs::path& folder, const std::string& plan) {
  const Json results = read_results(folder);
  if (!results.is_object() || !results.contains("provenance")) return false;
  const Json& provenance = results.at("provenance");
  return provenance.is_object() && provenance.contains("plan") && provenance.at("plan") == plan;
}

Json seals_of_results(const fs::path& folder, const ResultsPlaces& places) {
  Json seals = Json::object();
  for (const fs::path& place : places)
    for (const char* name : kResultsFiles)
      if (const Json seal = seal_of(folder / place / name); !seal.is_null()) seals[(place / name).string()] = seal;
  return seals;
}

bool is_answer_whole(const fs::path& folder, const std::string& plan, const ResultsPlaces& places) {
  const Json answer = read_json(folder / kAnswerFile);
  return answer.is_object() && answer.contains(kSealsKey) && answer.value("plan", Json()) == plan &&
         answer.at(kSealsKey) == seals_of_results(folder, places);
}

bool has_whole_results(const fs::path& folder, const std::string& plan) {
  return has_results(folder, plan) && is_answer_whole(folder, plan, kInTheFolder);
}

}  // namespace losscast
