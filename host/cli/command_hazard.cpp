// `losscast hazard`: what may happen to runs, from what happened to others: how often their losses spike, the jumps of
// the SDE that follow, and its barrier. Prints it, or puts it into a fit.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/barrier_of_runs.hpp"
#include "cli/fit_input.hpp"
#include "cli/hazard_of_runs.hpp"
#include "cli/outcome_rate.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/shared_flags.hpp"
#include "cli/trust_text.hpp"
#include "io/fit_json.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/io/architecture_file.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/io/spikes_text.hpp"
#include "losscast/stability/lr_ceiling.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

// What was found, and from what.
struct Found {
  std::optional<RunFindings> runs;
  std::optional<SpikeRate> rate;  // of these runs
  std::optional<FittedHazard> jumps;
  std::optional<BarrierOfRuns> barrier;
  FittedHazard hazard;              // of the fit then, or of these alone
  std::vector<std::string> doubts;  // what speaks against it
};

void require_together(const Flags& flags, const char* flag, const char* other, const char* why) {
  if (flags.has(flag) && !flags.has(other)) flags.fail(flag, fmt::format("--{} is missing", other), why, "add it");
}

void require_without(const Flags& flags, const char* flag, std::initializer_list<const char*> others) {
  if (!flags.has(flag)) return;
  for (const char* other : others)
    if (flags.has(other))
      flags.fail(other, "this goes not with the rest", fmt::format("--{} says all of the hazard", flag),
                 "leave one of the two out");
}

void require_use(const Flags& flags, const char* flag, const char* user) {
  if (flags.has(flag) && !flags.has(user))
    flags.fail(flag, "it has no effect", fmt::format("it is for {}", flags.spelling(user)),
               "add that, or leave this out");
}

// Which flags go together.
void check_flags(const Flags& flags) {
  require_without(flags, "spikes", {"MANIFEST", "norms", "outcomes", "divergence"});
  bool has_evidence = false;
  for (const char* one : {"MANIFEST", "outcomes", "divergence", "spikes"}) has_evidence |= flags.has(one);
  if (!has_evidence)
    throw InputError("there is nothing to tell a hazard from",
                     "it follows from logged runs, from outcomes of trainings or from a law of divergence",
                     "give MANIFEST, --outcomes, --divergence or --spikes");
  require_use(flags, "norms", "MANIFEST");
  require_together(flags, "outcomes", "architecture", "what it amplifies decides how often its trainings spike");
  for (const char* one : {"architecture", "mean-jump", "jump-decay"}) require_use(flags, one, "outcomes");
  for (const char* one : {"tokens", "batch", "schedule"}) require_use(flags, one, "divergence");
  require_together(flags, "divergence", "fit", "the barrier is in its scale of LRs");
  require_together(flags, "out", "fit", "the hazard is put into a fit");
  require_together(flags, "spikes", "out", "there is nothing to find, only a fit to put it into");
  if (!flags.has("divergence")) require_together(flags, "fit", "out", "the fit with the hazard is written there");
  require_use(flags, "params", "fit");
}

// The spikes of MANIFEST tell how often jumps come, and how large they are; with --outcomes only the latter.
void read_runs(const Flags& flags, Found& found) {
  found.runs = read_findings(flags);
  if (flags.has("outcomes") && has_no_spike(*found.runs))
    flags.fail("MANIFEST", "no run has a spike", "with --outcomes its spikes are to tell how large jumps are",
               "leave it out, and give --mean-jump and --jump-decay");
  found.rate = rate_of(*found.runs, flags.text("MANIFEST"));
}

// With --outcomes: from the spikes of logged runs, or by hand.
JumpSize read_jump_size(const Flags& flags, const Found& found) {
  if (found.runs && found.runs->series == SeriesKind::loss) {
    for (const char* one : {"mean-jump", "jump-decay"})
      if (flags.has(one))
        flags.fail(one, "the runs tell this", "the spikes in their losses have a size", "leave one of the two out");
    return jump_size(found.runs->runs);
  }
  for (const char* one : {"mean-jump", "jump-decay"})
    if (!flags.has(one))
      throw InputError(fmt::format("--{} is missing", one), "outcomes tell how often jumps come, not their size",
                       "add it, or MANIFEST with logged losses that have spikes");
  const JumpSize size{.mean = flags.positive_number("mean-jump"), .decay = flags.number_from_zero("jump-decay")};
  constexpr double kMostNats = 100;
  if (size.mean > kMostNats)
    flags.fail("mean-jump", fmt::format("no loss jumps by {:g} nats", size.mean),
               fmt::format("jumps have {:g} at the most", kMostNats), "correct it");
  if (size.decay > 1)
    flags.fail("jump-decay", fmt::format("{:g} is no share", size.decay), "it is what fades in a step, from 0 to 1",
               "correct it");
  return size;
}

// The jumps that follow; none from the norms of gradients.
std::optional<FittedHazard> read_jumps(const Flags& flags, Found& found) {
  if (flags.has("outcomes")) {
    auto [rate, doubts] = rate_of_outcomes(flags.text("outcomes"));
    found.doubts = std::move(doubts);
    const double amplified = amplification(read_architecture(flags.text("architecture")));
    return FittedHazard{.spikes = jumps_of_rate(rate, read_jump_size(flags, found), amplified),
                        .jumps_from = HazardSource::outcomes};
  }
  if (found.runs && found.runs->series == SeriesKind::loss)
    return FittedHazard{.spikes = jumps_of_runs(found.runs->runs, *found.rate), .jumps_from = HazardSource::runs};
  if (found.runs && flags.has("out"))
    flags.fail("norms", "no jumps follow from gradient norms", "a loss jumps by nats, which norms do not tell",
               "leave --norms out, or give --outcomes too");
  return {};
}

// These give a hazard the jumps of another one, or a barrier, and leave the rest of it as it is.
FittedHazard with_jumps(FittedHazard hazard, const FittedHazard& jumps) {
  Spikes spikes = jumps.spikes;
  spikes.barrier_pull = hazard.spikes.barrier_pull;
  spikes.barrier_noise = hazard.spikes.barrier_noise;
  spikes.barrier_growth = hazard.spikes.barrier_growth;
  spikes.barrier_limit = hazard.spikes.barrier_limit;
  spikes.barrier_exponent = hazard.spikes.barrier_exponent;
  return {.spikes = spikes, .jumps_from = jumps.jumps_from, .barrier_from = hazard.barrier_from};
}

FittedHazard with_barrier(const FittedHazard& hazard, const Spikes& barrier) {
  return with_jumps({.spikes = barrier, .barrier_from = HazardSource::divergence_law}, hazard);
}

// What is said of no part leaves the fit's as it is. By these laws, if there are any, runs diverge.
Found find(const Flags& flags, const Fit* fit, const std::optional<RunsFit>& laws) {
  Found found;
  if (fit != nullptr) found.hazard = fit->hazard;
  if (flags.has("spikes")) found.hazard = {.spikes = parse_spikes(flags.text("spikes"), "--spikes")};
  if (flags.has("MANIFEST")) read_runs(flags, found);
  found.jumps = read_jumps(flags, found);
  if (found.jumps) found.hazard = with_jumps(found.hazard, *found.jumps);
  if (laws) {
    found.barrier = barrier_of_runs(*laws, flags, *fit);
    found.hazard = with_barrier(found.hazard, found.barrier->barrier);
    found.doubts = both(std::move(found.doubts), found.barrier->doubts);
  }
  return found;
}

// The fits of a file, of which one gets the hazard.
struct Target {
  std::vector<Fit> fits;
  std::size_t chosen = 0;

  Fit& fit() { return fits[chosen]; }
};

Target read_target(const Flags& flags) {
  const std::filesystem::path file = flags.text("fit");
  Target target;
  const std::vector<double> sizes = read_fit_sizes(file);
  if (sizes.empty()) {
    target.fits.push_back(read_usable_fit(file));
    const Fit& fit = target.fit();
    // Of a fit that does not say its size the flag says it, for the law of divergence.
    if (flags.has("params") && fit.params && flags.positive_number("params") != *fit.params)
      flags.fail("params", "the fit is of another size", fmt::format("it is of {:g} parameters", *fit.params),
                 "correct it, or leave it out");
    return target;
  }
  const Fit chosen = read_usable_fit(file, flags);
  for (const double size : sizes) {
    if (size == chosen.params) target.chosen = target.fits.size();
    target.fits.push_back(read_usable_fit(file, size));
  }
  return target;
}

Provenance provenance_of(const Flags& flags) {
  std::vector<std::filesystem::path> inputs;
  for (const char* one : {"fit", "MANIFEST", "outcomes", "architecture", "divergence"})
    if (flags.has(one)) inputs.emplace_back(flags.text(one));
  return make_provenance(flags.command_line(), inputs, "CPU");
}

void write_target(const Flags& flags, const Target& target) {
  const Provenance provenance = provenance_of(flags);
  if (target.fits.size() > 1) return write_fits(flags.text("out"), target.fits, provenance);
  write_fit(flags.text("out"), target.fits.front(), provenance);
}

std::string found_text(const Found& found, const Flags& flags) {
  std::string text = doubts_headline(found.doubts);
  if (found.runs) text += findings_text(*found.runs, *found.rate);
  if (found.barrier) text += barrier_text(*found.barrier);
  if (found.hazard.spikes.any()) text += fmt::format("spikes = {}\n", spikes_text(found.hazard.spikes));
  if (flags.has("out"))
    text += found.hazard.spikes.any()
                ? fmt::format("Written into the fit {}: forecasts by it carry this.\n", flags.text("out"))
                : fmt::format("The fit {} has no hazard.\n", flags.text("out"));
  return text;
}

Json found_json(const Found& found, const Flags& flags) {
  Json object = trust_json(found.doubts);
  object.update(found.runs ? findings_json(*found.runs, *found.rate) : Json{{"runs", nullptr}, {"rate", nullptr}});
  object["jumps"] = found.jumps ? hazard_json(*found.jumps) : Json(nullptr);
  object["barrier"] = found.barrier ? barrier_json(*found.barrier) : Json(nullptr);
  object["spikes"] = found.hazard.spikes.any() ? hazard_json(found.hazard) : Json(nullptr);
  object["out"] = flags.has("out") ? Json(flags.text("out")) : Json(nullptr);
  object["provenance"] = provenance_json(provenance_of(flags));
  return object;
}

void run_hazard(const Flags& flags) {
  check_flags(flags);
  std::optional<Target> target;
  if (flags.has("fit")) target = read_target(flags);
  std::optional<RunsFit> laws;
  if (flags.has("divergence")) laws = read_classifier(flags);
  if (flags.has("out")) require_writable_file(flags.text("out"));
  const Found found = find(flags, target ? &target->fit() : nullptr, laws);
  if (flags.has("out")) {
    target->fit().hazard = found.hazard;
    write_target(flags, *target);
  }
  if (flags.has("json"))
    print_json(found_json(found, flags));
  else
    print(found_text(found, flags));
  require_reliable(flags, found.doubts);
}

}  // namespace

Command hazard_command() {
  return {
      "hazard",
      "says how often runs spike and diverge, from logged runs or from outcomes, and puts it into a fit",
      {{"MANIFEST", "logged runs, as for `losscast fit`, whose spikes tell the jumps", Positional::Count::at_most_one}},
      joined({{{"norms", "COLUMN", "look for spikes of the gradient norms in this column, not of the losses"},
               {"outcomes", "CSV", "the rate of jumps from trainings that spiked, and that did not"},
               {"architecture", "TOML", "of the fit's model, over whose strain the outcomes' rate goes"},
               {"mean-jump", "NATS", "mean height of the outcomes' jumps, where no MANIFEST tells it"},
               {"jump-decay", "X", "share of a jump that fades in a step, likewise"}},
              divergence_flags(),
              {{"spikes", "'{ jump_rate = ... }'", "the whole hazard, given by hand as a TOML table, or none"},
               {"fit", "FIT", "the fit that gets the hazard; what it has and is not found anew stays"},
               {"out", "FILE", "that fit with its hazard, as JSON (default: none is written)"},
               {"params", "N", "the size of the model, where the fit does not say it or its file holds several"}},
              strict_flag(),
              json_flag()}),
      {"losscast hazard runs.toml", "losscast hazard runs.toml --norms grad_norm",
       "losscast hazard runs.toml --fit fit.json --out spiky.json",
       "losscast hazard --outcomes examples/stability/outcomes.csv --architecture arch.toml --mean-jump 0.1 "
       "--jump-decay 1e-3 --fit fit.json --out spiky.json",
       "losscast hazard --divergence runs.json --params 1e8 --tokens 2e10 --batch 524288 --fit fit.json --out "
       "risky.json"},
      run_hazard};
}

}  // namespace losscast
