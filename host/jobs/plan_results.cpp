#include "jobs/plan_results.hpp"

#include <nlohmann/json.hpp>

#include "format/kept_file.hpp"

namespace losscast {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json read_results(const fs::path& folder) {
  std::error_code ignored;
  const fs::path file = folder / "results.json";
  if (!fs::is_regular_file(file, ignored) || !fs::is_regular_file(folder / "results.csv", ignored)) return nullptr;
  return Json::parse(read_kept_file(file), nullptr, /*allow_exceptions=*/false);
}

bool has_results(const fs::path& folder, const std::string& plan) {
  const Json results = read_results(folder);
  if (!results.is_object() || !results.contains("provenance")) return false;
  const Json& provenance = results.at("provenance");
  return provenance.is_object() && provenance.contains("plan") && provenance.at("plan") == plan;
}

}  // namespace losscast
