// `losscast fit`: from measured curves to fit.json.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/stopwatch.hpp"
#include "cli/cost_on_screen.hpp"
#include "cli/curve_choice.hpp"
#include "cli/hazard_of_runs.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/reading_report.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "cli/trust_text.hpp"
#include "io/fit_json.hpp"
#include "io/fit_keys.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/size_fit.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/text/listing.hpp"

namespace losscast {
namespace {

Provenance provenance_of(const Flags& flags, const std::vector<Curve>& curves) {
  std::vector<std::filesystem::path> inputs = {flags.text("MANIFEST")};
  for (const Curve& curve : curves) inputs.push_back(curve.file);
  return make_provenance(flags.command_line(), inputs, "cpu");
}

std::string parameters_text(const Fit& fit, const SdeModel& model) {
  TextTable table;
  table.add_row({"parameter", "value", "std. error", "unit", "R-hat", "ESS", ""});
  for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
    const ParameterEstimate& one = fit.parameters[p];
    table.add_row({one.name, fmt::format("{:.5g}", one.value), fmt::format("{:.2g}", one.standard_error),
                   std::string(model.parameters()[p].unit), one.rhat > 0 ? fmt::format("{:.3f}", one.rhat) : "",
                   one.rhat > 0 ? fmt::format("{:.0f}", std::min(one.bulk_ess, one.tail_ess)) : "",
                   one.at_bound ? "at its bound" : ""});
  }
  return table.text();
}

std::string noise_text(const Noise& noise) {
  TextTable table;
  table.add_row({"noise", "value", "", "source"});
  for (const auto& [name, member] : kNoiseKeys) {
    const NoiseParameter& one = noise.*member;
    table.add_row({name, fmt::format("{:.3g}", one.value), one.fitted ? "fitted" : "default", one.source});
  }
  return table.text();
}

std::string disowned_text(const Fit& fit, const CurveDiagnostics& curve) {
  const double share = disowned_share(fit, curve);
  return share > 0 ? fmt::format("{:.2g}% of the rows not used", 100 * share) : "";
}

std::string diagnostics_text(const Fit& fit) {
  TextTable table;
  table.add_row({"curve", "points", "from step", "mean residual", "rms residual", "lag-1 autocorr.", "worst", ""});
  for (const CurveDiagnostics& one : fit.diagnostics)
    table.add_row({one.curve, fmt::format("{}", one.points), fmt::format("{}", one.first_step),
                   fmt::format("{:.2e}", one.mean_residual), fmt::format("{:.2e}", one.rms_residual),
                   fmt::format("{:.2f}", one.lag1_autocorrelation),
                   fmt::format("{:.2f}%", 100 * one.worst_relative_residual), disowned_text(fit, one)});
  return table.text();
}

std::string fit_text(const Fit& fit, const SdeModel& model, double seconds, const std::string& out) {
  return fmt::format(
      "{}model {}, reference LR {}, horizon {:.0f} steps at it\n\n{}\n{}\n{}\n{}{} of {} starts reached the best "
      "minimum. {:.2f} s. Written to {}\n",
      doubts_headline(doubts(fit)), fit.model, number_text(fit.reference.lr), fit.reference.steps,
      parameters_text(fit, model), noise_text(fit.noise), diagnostics_text(fit), standing_text(fit),
      fit.starts_converged_to_best, fit.starts, seconds, out);
}

// What is said beside the fit: of what was read, and of the fit.
struct Remarks {
  std::vector<std::string> notes, warnings;  // sentences
};

// The whole of fit.json but its draws, and the remarks.
nlohmann::ordered_json fit_output(const Fit& fit, const Remarks& remarks, const Provenance& provenance, double seconds,
                                  const std::string& out) {
  nlohmann::ordered_json object = trust_json(fit);
  object.update(fit_json(fit, provenance));
  object.erase("draws");
  object["notes"] = remarks.notes;
  object["warnings"] = remarks.warnings;
  object["seconds"] = seconds;
  object["out"] = out;
  return object;
}

std::size_t points_of(const std::vector<Curve>& curves) {
  std::size_t points = 0;
  for (const Curve& curve : curves) points += curve.points.size();
  return points;
}

// Which logs were too long to be fitted row by row; nothing if none was.
std::optional<std::string> thinning_note(const Fit& fit) {
  std::vector<std::string> names;
  int rows = 0, points = 0;
  for (const CurveDiagnostics& one : fit.diagnostics) {
    if (one.rows <= one.points) continue;
    names.push_back(one.curve);
    rows += one.rows;
    points += one.points;
  }
  if (names.empty()) return {};
  return fmt::format(
      "{} rows are fitted as means of neighbouring ones, {} in all ({}); --no-thinning fits each by itself", rows,
      points, listing(names));
}

// Of which curves nothing says the weight decay, which the model's weight norm follows; nothing if all do.
std::optional<std::string> weight_decay_note(const std::vector<Curve>& curves) {
  std::vector<std::string> names;
  double assumed = 0;
  for (const Curve& curve : curves) {
    if (curve.recipe.weight_decay) continue;
    names.push_back(curve.name);
    assumed = curve.weight_decay;
  }
  if (names.empty()) return {};
  return fmt::format(
      "weight_decay = {:g} is assumed of {}, of which the manifest says none: say weight_decay in [defaults], or for "
      "each curve",
      assumed, listing(names));
}

// Reports those that are known before the fit.
Remarks remarks_of_reading(const Manifest& manifest, const std::vector<Curve>& curves, const SdeModel& model) {
  report_reading(manifest);
  Remarks remarks{manifest.notes, manifest.warnings};
  if (model.effective_lr().weight_norm == EffectiveLr::WeightNorm::none) return remarks;
  if (const std::optional<std::string> note = weight_decay_note(curves)) {
    report_note(*note);
    remarks.notes.push_back(*note);
  }
  for (const std::string& warning : manifest.norm_warnings) {
    report_warning(warning);
    remarks.warnings.push_back(warning);
  }
  return remarks;
}

std::string size_text(const Fit& fit) { return fmt::format("{:.4g} parameters", fit.params.value_or(0)); }

// What is said of a fit, with its size where it is one of several.
std::string with_size(const std::vector<Fit>& fits, const Fit& fit, const std::string& said) {
  return fits.size() > 1 ? fmt::format("{}: {}", size_text(fit), said) : said;
}

std::vector<std::string> all_doubts(const std::vector<Fit>& fits) {
  std::vector<std::string> all;
  for (const Fit& fit : fits)
    for (const std::string& doubt : doubts(fit)) all.push_back(with_size(fits, fit, doubt));
  return all;
}

// That the training curves spike, which goes with the fit; nothing if they do not.
std::optional<std::string> jumps_note(const Fit& fit) {
  const Spikes& jumps = fit.hazard.spikes;
  if (!(jumps.jump_rate > 0)) return {};
  return fmt::format(
      "the training curves spike: jumps of {:.3g} nats on average, one in {:.3g} steps at the LR {:.3g}, are a part of "
      "the fit, and forecasts have them unless they say --spikes none",
      jumps.mean_jump, 1 / jumps.jump_rate, jumps.critical_lr);
}

// Reports and adds what is to be said of one of the fits.
void add_remarks_of_fit(const std::vector<Fit>& fits, const Fit& fit, Remarks& remarks) {
  for (const std::optional<std::string>& note : {thinning_note(fit), jumps_note(fit)}) {
    if (!note) continue;
    report_progress(with_size(fits, fit, *note));
    remarks.notes.push_back(*note);
  }
  for (const std::string& warning : fit.warnings) {
    report_warning(with_size(fits, fit, warning));
    remarks.warnings.push_back(warning);
  }
}

// The sizes of --at-params, ascending, each once; none without.
std::vector<double> read_fitted_sizes(const Flags& flags) {
  std::vector<double> sizes;
  if (!flags.has("at-params")) return sizes;
  for (const std::string& word : flags.words("at-params")) {
    const std::optional<double> size = parse_number(word);
    if (!size || !std::isfinite(*size) || *size <= 0)
      flags.fail("at-params", fmt::format("\"{}\" is no positive number", word), "it counts parameters of a model",
                 "give one such as 1e8, or several: 1e8,2e8");
    sizes.push_back(*size);
  }
  if (sizes.empty()) flags.fail("at-params", "there is no size", "it counts parameters of a model", "give one");
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  constexpr std::size_t kMostSizes = 64;  // each holds the draws of a fit
  if (sizes.size() > kMostSizes)
    throw InputError(fmt::format("--at-params names {} sizes", sizes.size()),
                     fmt::format("one file holds at most {}", kMostSizes), "name fewer");
  return sizes;
}

// What is wrong with curves or priors is said with the file that names them.
template <class Work>
auto blaming_manifest(const Manifest& manifest, Work work) {
  try {
    return work();
  } catch (const InputError& error) {
    throw error.at(manifest.file.string());
  }
}

// One fit for each size, or one of all curves.
std::vector<Fit> fit_curves(const std::vector<Curve>& curves, const SdeModel& model, const std::vector<double>& sizes,
                            const FitOptions& options, const Manifest& manifest) {
  return blaming_manifest(manifest, [&] {
    return sizes.empty() ? std::vector{fit_model(curves, model, options)} : fit_at_sizes(curves, model, sizes, options);
  });
}

// STEM.draws.json for STEM.json
std::string draws_beside(const std::string& out) {
  const std::filesystem::path path(out);
  return (path.parent_path() / (path.stem().string() + ".draws.json")).string();
}

// Writes the fit, or the fits of several sizes, and beside one fit its chains of draws.
void write_results(const std::vector<Fit>& fits, const Provenance& provenance, const std::string& out) {
  if (fits.size() > 1) return write_fits(out, fits, provenance);
  write_fit(out, fits.front(), provenance);
  write_draws(draws_beside(out), fits.front());
}

// What was fitted in how many seconds, and where it was written to.
struct Fitted {
  std::vector<Fit> fits;
  Provenance provenance;
  double seconds = 0;
  std::string out;
};

void print_results(const Flags& flags, const SdeModel& model, const Fitted& fitted, const Remarks& of_reading) {
  std::vector<nlohmann::ordered_json> objects;
  std::string text;
  for (const Fit& fit : fitted.fits) {
    Remarks remarks = of_reading;
    add_remarks_of_fit(fitted.fits, fit, remarks);
    objects.push_back(fit_output(fit, remarks, fitted.provenance, fitted.seconds, fitted.out));
    if (fitted.fits.size() > 1) text += fmt::format("{}== {} ==\n\n", text.empty() ? "" : "\n", size_text(fit));
    text += fit_text(fit, model, fitted.seconds, fitted.out);
  }
  if (!flags.has("json")) return print(text);
  if (objects.size() == 1) return print_json(objects.front());
  nlohmann::ordered_json all = trust_json(all_doubts(fitted.fits));
  all["sizes"] = objects;
  print_json(all);
}

void run(const Flags& flags) {
  const std::vector<double> sizes = read_fitted_sizes(flags);
  const SdeModel& model = find_model(flags.text("model"));
  const std::string& out = flags.text("out");
  FitOptions options;
  options.threads = read_threads(flags);
  options.seed = flags.has("seed") ? static_cast<std::uint64_t>(flags.whole_number("seed", 0)) : 0;

  const Manifest manifest = read_manifest(flags.text("MANIFEST"));
  const std::vector<Curve> curves = curves_to_fit(manifest, flags);
  options.priors = manifest.priors;
  if (!sizes.empty()) blaming_manifest(manifest, [&] { check_sizes(curves, model, sizes); });
  require_writable_file(out);
  if (sizes.size() < 2) require_writable_file(draws_beside(out));
  const Remarks remarks = remarks_of_reading(manifest, curves, model);

  report_progress(fmt::format("fitting {} to {}", model.name(), counted(curves.size(), "curve")));
  options.before_search = [&](double seconds) {
    report_cost(seconds, fmt::format("{} curves of {} points", curves.size(), points_of(curves)));
  };
  const Stopwatch watch;
  Fitted fitted{fit_curves(curves, model, sizes, options, manifest), provenance_of(flags, curves), 0, out};
  for (Fit& fit : fitted.fits)
    if (const std::optional<Spikes> jumps = jumps_of_curves(curves, fit))
      fit.hazard = {.spikes = *jumps, .jumps_from = HazardSource::runs};
  fitted.seconds = watch.seconds();
  write_results(fitted.fits, fitted.provenance, out);
  print_results(flags, model, fitted, remarks);
  require_reliable(flags, all_doubts(fitted.fits));
}

}  // namespace

Command fit_command() {
  return {
      "fit",
      "fits a model of the loss to measured curves and writes fit.json",
      {{"MANIFEST", "the TOML file that names the curves and their schedules"}},
      joined(
          {{{"model", "NAME", "of the loss; `losscast list models` shows them", "adamw"},
            {"train", "A,B,C", "the curves to fit (default: all of the manifest)"},
            {"at-params", "N,...",
             "fit the runs of every size, for models of so many parameters, of one size or several (docs/scaling.md)"},
            {"seed", "N", "of the draws from the posterior", "0"},
            {"out", "FILE", "the fit, as JSON; the chains of draws go to STEM.draws.json beside it", "fit.json"}},
           thinning_flag(),
           threads_flag(),
           strict_flag(),
           json_flag()}),
      {"losscast fit runs.toml --model adamw --out fit.json",
       "losscast fit runs.toml --train cosine_24000,constant_24000,wsdcon_9 --threads 2",
       "losscast fit runs.toml --at-params 25e6,1e8,2e8 --out sizes.json"},
      run};
}

}  // namespace losscast
