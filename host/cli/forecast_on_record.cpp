#include "cli/forecast_on_record.hpp"

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/schedule_input.hpp"
#include "cli/shared_flags.hpp"
#include "cli/spikes_input.hpp"
#include "losscast/base/error.hpp"
#include "losscast/engine/statistics.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

// The files that a schedule is read from, also inside phases.
void add_files(const Arguments& arguments, std::vector<HashedFile>& files) {
  const auto family = arguments.values.find("family"), path = arguments.values.find("path");
  const bool is_file = family != arguments.values.end() && family->second == Value("file");
  if (is_file && path != arguments.values.end() && std::holds_alternative<std::string>(path->second))
    files.push_back(hashed_file(std::get<std::string>(path->second)));
  for (const auto& [name, value] : arguments.values)
    if (const auto* phases = std::get_if<std::vector<Arguments>>(&value))
      for (const Arguments& phase : *phases) add_files(phase, files);
}

}  // namespace

std::optional<Registration> read_record(const Flags& flags, const Fit& fit, const Recipe& recipe, const LossSde& sde) {
  if (!flags.has("register")) return {};
  const fs::path file = flags.text("register");
  std::error_code ignored;  // what cannot be examined says why when it is written
  if (fs::exists(fs::symlink_status(file, ignored)))
    flags.fail("register", "there is something of that name already", "a forecast on record is not replaced",
               "name another file");
  require_writable_file(file);
  if (const std::int64_t enough = enough_paths(0.05); read_paths(flags) < enough)
    flags.fail("paths", "these are too few for a forecast on record", "its bands are quantiles of 5% and 95%",
               fmt::format("take {} or more", enough));
  const Arguments arguments = read_schedule(flags.text("schedule"), "--schedule");
  Registration record{.model = fit.model,
                      .fit = hashed_file(flags.text("FIT")),
                      .schedule = schedule_text(arguments),
                      .files = {},
                      .recipe = recipe,
                      .weight_decay = sde.weight_decay,
                      .observation_noise = fit.noise.observation_noise.value,
                      .hazard = hazard_of_fit(fit, sde.spikes),
                      .steps = {},
                      .bands = {},
                      .extrapolations = {},
                      .provenance = {}};
  add_files(arguments, record.files);
  return record;
}

void write_record(const Flags& flags, Registration record, std::span<const Step> steps,
                  std::span<const Statistics> bands, const std::vector<std::string>& extrapolations) {
  record.steps.assign(steps.begin(), steps.end());
  record.bands.assign(bands.begin(), bands.end());
  record.extrapolations = extrapolations;
  std::vector<fs::path> inputs = {record.fit.file};
  for (const HashedFile& one : record.files) inputs.emplace_back(one.file);
  record.provenance = make_provenance(flags.command_line(), inputs, "");
  const std::string checksum = write_registration(flags.text("register"), record);
  report_progress(fmt::format("on record in {}, SHA-256 of its content {}", flags.text("register"), checksum));
}

}  // namespace losscast
