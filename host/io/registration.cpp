#include "losscast/io/registration.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "format/json_document.hpp"
#include "format/json_text.hpp"
#include "format/sha256.hpp"
#include "io/file_kind.hpp"
#include "io/fit_json.hpp"
#include "io/provenance_json.hpp"
#include "io/recipe_json.hpp"
#include "io/results_columns.hpp"
#include "io/spikes_document.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/format/text_file.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr const char* kChecksum = "sha256";
constexpr const char* kHazard = "hazard_of_fit";

Json hashed_json(const HashedFile& file) { return {{"file", file.file}, {kChecksum, file.sha256}}; }

Json band_json(Step step, const Statistics& statistics) {
  Json object = {{"step", step}};
  for (const StatisticColumn& column : kStatisticColumns) {
    const double number = statistics.*column.member;
    object[column.name] = std::isfinite(number) ? Json(number) : Json(nullptr);
  }
  return object;
}

void require_band(Step step, const Statistics& band) {
  for (const double number : {band.mean, band.q05, band.q50, band.q95})
    if (!std::isfinite(number))
      throw InputError(fmt::format("the forecast has no band at step {}", step),
                       "its mean or one of its quantiles of 5%, 50% and 95% is not finite",
                       fmt::format("take {} paths or more, and no barrier", enough_paths(0.05)));
}

Json registration_json(const Registration& registration) {
  Json files = Json::array(), bands = Json::array();
  for (const HashedFile& file : registration.files) files.push_back(hashed_json(file));
  for (std::size_t i = 0; i < registration.steps.size(); ++i) {
    require_band(registration.steps[i], registration.bands[i]);
    bands.push_back(band_json(registration.steps[i], registration.bands[i]));
  }
  return {{"format", kFormat},
          {"model", registration.model},
          {"final", bands.back()},
          {"schedule", registration.schedule},
          {"recipe", recipe_json(registration.recipe, registration.weight_decay)},
          {"extrapolations", registration.extrapolations},
          {"observation_noise", registration.observation_noise},
          {kHazard, registration.hazard ? hazard_json(*registration.hazard) : Json(nullptr)},
          {"fit", hashed_json(registration.fit)},
          {"files", files},
          {"provenance", provenance_json(registration.provenance)},
          {"bands", bands}};
}

RecordedBand read_band(const DocumentNode& node, Step after) {
  const RecordedBand band = {.step = node.at("step").whole_number(),
                             .mean = node.at("mean").number(),
                             .q05 = node.at("q05").number(),
                             .q50 = node.at("q50").number(),
                             .q95 = node.at("q95").number()};
  if (band.step <= after)
    node.at("step").fail(fmt::format("{} does not come after {}", band.step, after), "steps ascend from 1",
                         "use the file as `losscast predict` wrote it");
  if (band.q05 > band.q50 || band.q50 > band.q95)
    node.fail("its quantiles do not ascend", "q05 <= q50 <= q95", "use the file as `losscast predict` wrote it");
  return band;
}

RecordedForecast read_forecast(const DocumentNode& root) {
  RecordedForecast forecast{.total_steps = root.at("recipe").at("total_steps").whole_number(),
                            .observation_noise = root.at("observation_noise").number(),
                            .bands = {}};
  if (forecast.observation_noise < 0)
    root.at("observation_noise").fail("it is negative", "it is a standard deviation", "use the file as it was written");
  Step last = 0;
  for (const DocumentNode& node : root.at("bands").list()) {
    forecast.bands.push_back(read_band(node, last));
    last = forecast.bands.back().step;
  }
  if (last != forecast.total_steps || last == 0)
    root.at("bands").fail("the last band is not that of the end",
                          fmt::format("total_steps is {}", forecast.total_steps),
                          "use the file as `losscast predict` wrote it");
  return forecast;
}

// Records of earlier versions say nothing of it.
std::optional<FittedHazard> read_hazard(const DocumentNode& root) {
  const DocumentNode* node = root.find(kHazard);
  if (node == nullptr || node->is_null()) return {};
  return read_fitted_hazard(*node);
}

// The checksum of the document without its own.
std::string checksum_of(Json document) {
  document.erase(kChecksum);
  return sha256(json_text(document));
}

}  // namespace

HashedFile hashed_file(const fs::path& file) {
  std::error_code ignored;  // reading says why
  if (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored))
    throw InputError("this is no regular file", "what a forecast on record rests on must be there to compare with",
                     "name a file")
        .at(file.string());
  return {file.string(), sha256(read_text_file(file))};
}

std::string write_registration(const fs::path& file, const Registration& registration) {
  Json document = registration_json(registration);
  const std::string checksum = checksum_of(document);
  document[kChecksum] = checksum;
  write_new_file(file, json_text(document));
  return checksum;
}

ReadRegistration read_registration(const fs::path& file) {
  const DocumentNode root = read_json_file(file);
  require_kind(root, FileKind::forecast);
  require_format(root, kFormat);
  const std::string& said = root.at(kChecksum).text();
  const std::string found = checksum_of(Json::parse(read_text_file(file)));
  if (said != found)
    root.at(kChecksum).fail("this registration was changed after it was written",
                            fmt::format("its content has the checksum {}", found),
                            "use the file as `losscast predict` wrote it");
  return {.model = root.at("model").text(),
          .schedule = root.at("schedule").text(),
          .date = root.at("provenance").at("date").text(),
          .version = root.at("provenance").at("version").text(),
          .sha256 = said,
          .forecast = read_forecast(root),
          .hazard = read_hazard(root)};
}

}  // namespace losscast
