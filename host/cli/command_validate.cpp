// `losscast validate`: how far a fit to some runs can be trusted, by leaving runs out of it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/stopwatch.hpp"
#include "cli/cost_on_screen.hpp"
#include "cli/curve_choice.hpp"
#include "cli/output.hpp"
#include "cli/reading_report.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "io/provenance_json.hpp"
#include "io/validation_json.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/trust.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

Grouping read_grouping(const Flags& flags, const std::string& word) {
  std::vector<std::string> known;
  for (const Grouping grouping : kGroupings) {
    if (word == grouping_name(grouping)) return grouping;
    known.emplace_back(grouping_name(grouping));
  }
  flags.fail("by", fmt::format("there is no \"{}\"", word), "runs are left out by curve, family, peak or horizon",
             suggestion(word, known, "use these, separated by a comma"));
}

std::vector<Grouping> read_groupings(const Flags& flags) {
  std::vector<Grouping> groupings;
  for (const std::string& word : flags.words("by")) {
    const Grouping grouping = read_grouping(flags, word);
    if (std::find(groupings.begin(), groupings.end(), grouping) != groupings.end())
      flags.fail("by", fmt::format("\"{}\" is there twice", word), "once is enough", "remove one of them");
    groupings.push_back(grouping);
  }
  if (groupings.empty()) flags.fail("by", "this names nothing", "something is to be left out", "name some");
  return groupings;
}

std::string top_cell(const HeldOutScore& score) {
  if (!score.best_in_forecast_top) return "-";
  return fmt::format("{:.0f}% / {:.0f}%", 100 * *score.best_in_forecast_top, 100 * *score.pick_in_measured_top);
}

std::string table_text(const Validation& validation) {
  TextTable table;
  table.add_row({"left out", "folds", "runs", "end MAE", "bias", "worst", "curve MAE", "rank corr.", "regret", "blind",
                 "top 2", "in band", "width", "scale"});
  for (const GroupingResult& result : validation.groupings) {
    const HeldOutScore& score = result.score;
    table.add_row({std::string(grouping_name(result.grouping)), fmt::format("{}", score.folds),
                   fmt::format("{}", score.runs), fmt::format("{:.2e}", score.end_error),
                   fmt::format("{:+.1e}", score.end_bias), fmt::format("{:.1e}", score.worst_end_error),
                   fmt::format("{:.2e}", score.curve_error), number_cell(score.rank_correlation, "{:.3f}"),
                   number_cell(score.regret, "{:.1e}"), number_cell(score.blind_regret, "{:.1e}"), top_cell(score),
                   fmt::format("{:.0f}%", 100 * score.coverage()), fmt::format("{:.1e}", score.mean_width),
                   fmt::format("{:.2f}", score.band_scale)});
  }
  return table.text();
}

std::string validation_text(const Validation& validation, const Trust& trust) {
  std::string text = table_text(validation);
  for (const SkippedFold& one : validation.skipped)
    text += fmt::format("not left out by {}{}{}: {}\n", grouping_name(one.grouping), one.group.empty() ? "" : ": ",
                        one.group, one.reason);
  return text + "\n" + trust.sentence + "\n";
}

Validation validate_curves(const std::vector<Curve>& curves, const SdeModel& model, const ValidationOptions& options,
                           const Manifest& manifest) {
  try {
    return validate(curves, model, options);
  } catch (const InputError& error) {
    throw error.at(manifest.file.string());
  }
}

void require_trusted(const Trust& trust) {
  if (!trust.trusted)
    throw Error(ExitCode::failed_diagnostics, "the fit is not to be trusted for all that was left out",
                "its bands or its picks fail where the verdict says",
                "see docs/forecasting.md, or name less with --by");
}

void run(const Flags& flags) {
  const Stopwatch watch;
  const SdeModel& model = find_model(flags.text("model"));
  ValidationOptions options;
  options.groupings = read_groupings(flags);
  options.threads = read_threads(flags);
  const Manifest manifest = read_manifest(flags.text("MANIFEST"));
  const std::vector<Curve> curves = curves_to_fit(manifest, flags);
  options.priors = manifest.priors;
  report_reading(manifest);

  report_progress(fmt::format("leaving out some of {} at a time, and fitting {} to the others",
                              counted(curves.size(), "curve"), model.name()));
  options.before_fits = [&](double seconds) {
    report_cost(seconds, fmt::format("fits to most of {} curves", curves.size()));
  };
  const Validation validation = validate_curves(curves, model, options, manifest);
  const Trust trust = judge_trust(validation);
  if (flags.has("json")) {
    std::vector<std::filesystem::path> inputs = {flags.text("MANIFEST")};
    for (const Curve& curve : curves) inputs.push_back(curve.file);
    Json object = {{"model", model.name()}};
    object.update(validation_json(validation, trust, curves));
    object["seconds"] = watch.seconds();
    object["provenance"] = provenance_json(make_provenance(flags.command_line(), inputs, "cpu"));
    print_json(object);
  } else {
    print(validation_text(validation, trust));
  }
  if (flags.has("strict")) require_trusted(trust);
}

}  // namespace

Command validate_command() {
  return {"validate",
          "says how far a fit to some runs can be trusted, by leaving runs out of it",
          {{"MANIFEST", "the TOML file that names the curves and their schedules"}},
          joined({{{"model", "NAME", "of the loss; `losscast list models` shows them", "adamw"},
                   {"train", "A,B,C", "the curves to take (default: all of the manifest)"},
                   {"by", "LIST", "what is left out, each in turn: curve, family, peak, horizon",
                    "curve,family,peak,horizon"},
                   {"strict", "", "exit with 4 if bands or picks fail anywhere (docs/forecasting.md says when)"}},
                  thinning_flag(),
                  threads_flag(),
                  json_flag()}),
          {"losscast validate runs.toml", "losscast validate runs.toml --by peak,horizon --strict --json"},
          run};
}

}  // namespace losscast
