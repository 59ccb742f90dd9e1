// `losscast verify`: what became of a forecast that was put on record.
#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "cli/log_input.hpp"
#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "cli/spikes_input.hpp"
#include "cli/text_table.hpp"
#include "io/json_number.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/io/curve_csv.hpp"
#include "losscast/io/registration.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

Json point_json(const VerifiedPoint& point) {
  return {{"step", point.step},
          {"measured", point.measured},
          {"forecast", point.forecast},
          {"q05", point.q05},
          {"q95", point.q95},
          {"error", point.error()},
          {"z", number_or_null(point.z)},
          {"probability", point.probability},
          {"in_band", point.in_band()}};
}

Json verification_json(const ReadRegistration& record, const Verification& verification) {
  Json points = Json::array();
  for (const VerifiedPoint& point : verification.points) points.push_back(point_json(point));
  return {{"verdict", verification.sentence},
          {"finished", verification.finished},
          {"total_steps", verification.total_steps},
          {"last", point_json(verification.last)},
          {"share_in_band", verification.share_in_band},
          {"mean_error", verification.mean_error},
          {"mean_abs_error", verification.mean_abs_error},
          {"record",
           {{"sha256", record.sha256},
            {"date", record.date},
            {"version", record.version},
            {"model", record.model},
            {"schedule", record.schedule},
            {"hazard_of_fit", hazard_json(record.hazard)}}},
          {"points", points}};
}

std::string verification_text(const ReadRegistration& record, const Verification& verification) {
  const VerifiedPoint& last = verification.last;
  TextTable table;
  table.add_row({"", "step", "measured", "forecast", "error", "5% to 95%", "z", "rank"});
  table.add_row({verification.finished ? "final" : "so far", fmt::format("{}", last.step),
                 fmt::format("{:.4f}", last.measured), fmt::format("{:.4f}", last.forecast),
                 fmt::format("{:+.4f}", last.error()), fmt::format("{:.4f} to {:.4f}", last.q05, last.q95),
                 fmt::format("{:+.2f}", last.z), fmt::format("{:.1f}%", 100 * last.probability)});
  return fmt::format("on record since {} by losscast {}, model {}\n{}\n{}\n{}", record.date, record.version,
                     record.model, record.schedule, table.text(), verification.sentence + "\n");
}

// How its log is to be read. Of the run's recipe the record has the number of steps; a log that goes beyond is refused
// with the forecast.
CurveCsvOptions options_of(const Flags& flags, const RecordedForecast& forecast) {
  CurveCsvOptions options = read_log_options(flags, Schedule(std::vector<Segment>{{.end = forecast.total_steps}}));
  options.total_steps = std::numeric_limits<Step>::max();
  return options;
}

Verification verify_run(const RecordedForecast& forecast, const Flags& flags, const LoggedCurve& log, Step mean_over) {
  try {
    return verify_forecast(forecast, log.points, mean_over);
  } catch (const InputError& error) {
    throw error.at(flags.text("RUN"));
  }
}

void run(const Flags& flags) {
  const ReadRegistration record = read_registration(flags.text("FILE"));
  const CurveCsvOptions options = options_of(flags, record.forecast);
  const LoggedCurve log = read_curve_csv(flags.text("RUN"), options);
  const Verification verification = verify_run(record.forecast, flags, log, mean_over_of(flags, options));
  report_notes(log.notes);
  if (!flags.has("json")) return print(verification_text(record, verification));
  const std::vector<std::filesystem::path> inputs = {flags.text("FILE"), flags.text("RUN")};
  Json object = verification_json(record, verification);
  object["notes"] = log.notes;
  object["provenance"] = provenance_json(make_provenance(flags.command_line(), inputs, ""));
  print_json(object);
}

}  // namespace

Command verify_command() {
  return {"verify",
          "scores a forecast on record by the run that was made since",
          {{"FILE", "the forecast, as `losscast predict --register FILE` wrote it"},
           {"RUN", "the run's losses, a CSV file of step,loss or as --read says"}},
          joined({read_flag(), mean_over_flag(), json_flag()}),
          {"losscast verify forecast.json run.csv", "losscast verify forecast.json run.csv --json",
           "losscast verify forecast.json export.csv --read '{ columns = { step = \"Step\", loss = \"train/loss\" }, "
           "skip_empty = true }'"},
          run};
}

}  // namespace losscast
