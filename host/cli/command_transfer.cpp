// `losscast transfer`: initialisation, LR and damping of a network's layers at another width.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "cli/fit_input.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/peak_scan.hpp"
#include "cli/schedule_input.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/report/width_svg.hpp"
#include "losscast/width/transfer.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

struct Question {
  WidthChange change;
  Optimiser optimiser;
  Parameterisation parameterisation;
  bool has_deviations;
  NetworkValues base;  // deviations of 1 if there are none
};

struct Answer {
  Question asked;
  NetworkValues values;         // at the new width
  std::optional<PeakScan> fit;  // of the base width
};

void require_flags(const Flags& flags, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (!flags.has(name))
      throw InputError(fmt::format("--{} is missing", name), "the answer depends on it",
                       "see `losscast transfer --help`");
}

double positive(const Flags& flags, const char* name, const std::string& word) {
  const std::optional<double> value = parse_number(word);
  if (!value || !std::isfinite(*value) || *value <= 0)
    flags.fail(name, fmt::format("\"{}\" is no positive number", word), "nothing else makes sense here",
               "give one such as 0.02, or three for input, hidden and output layers: 0.1,0.02,0.02");
  return *value;
}

// One number for all layers, or one each.
std::array<double, 3> read_deviations(const Flags& flags) {
  const std::vector<std::string> words = flags.words("init-std");
  if (words.size() != 1 && words.size() != 3)
    flags.fail("init-std", fmt::format("there are {} numbers", words.size()),
               "it takes one, or one each of input, hidden and output layers", "give one or three");
  std::array<double, 3> deviations;
  for (std::size_t role = 0; role < deviations.size(); ++role)
    deviations[role] = positive(flags, "init-std", words[words.size() == 1 ? 0 : role]);
  return deviations;
}

std::vector<double> read_damping(const Flags& flags, Optimiser optimiser) {
  const std::size_t count = damping_names(optimiser).size();
  if (!flags.has("damping")) return {};
  if (count == 0)
    flags.fail("damping", fmt::format("{} has no damping", name_in(kOptimisers, optimiser)), "it inverts nothing",
               "leave this out");
  return std::vector<double>(count, flags.positive_number("damping"));
}

Question read_question(const Flags& flags, double lr) {
  constexpr std::int64_t kWidest = 1'000'000'000;
  Question asked{.change = {.from = flags.whole_number("base-width", 1, kWidest),
                            .to = flags.whole_number("target-width", 1, kWidest)},
                 .optimiser = flags.choice("optimizer", kOptimisers),
                 .parameterisation = flags.choice("parameterization", kParameterisations),
                 .has_deviations = flags.has("init-std"),
                 .base = {}};
  const std::array<double, 3> deviations =
      asked.has_deviations ? read_deviations(flags) : std::array<double, 3>{1, 1, 1};
  for (std::size_t role = 0; role < deviations.size(); ++role)
    asked.base[role] = {deviations[role], lr, read_damping(flags, asked.optimiser)};
  return asked;
}

std::optional<PeakScan> read_scan(const Flags& flags) {
  if (!flags.has("fit")) {
    if (flags.has("schedule"))
      flags.fail("schedule", "there is no fit to try it by", "its losses come from one", "add --fit FIT");
    if (flags.has("plot"))
      flags.fail("plot", "there is no fit to draw", "its losses come from one", "add --fit FIT and --schedule");
    return {};
  }
  require_flags(flags, {"schedule"});
  if (flags.has("lr"))
    flags.fail("lr", "there are two LRs", "--fit gives the best one of the schedule", "leave one of them out");
  const Fit fit = read_usable_fit(flags.text("fit"));
  if (flags.has("plot")) require_writable_file(flags.text("plot"));
  if (fit.hazard.spikes.any()) report_note("the mean of the fit's jumps counts in these losses, its barrier does not.");
  return scan_peaks(fit, read_schedule(flags.text("schedule"), "--schedule"), "--schedule", read_threads(flags));
}

WidthExponents exponents_of(const Question& asked, LayerRole role) {
  return width_exponents(asked.optimiser, asked.parameterisation, role);
}

// What is not from the paper's tables, for whoever reads the numbers.
std::vector<std::string> derived(const Question& asked) {
  const WidthExponents exponents = exponents_of(asked, LayerRole::hidden);
  std::vector<std::string> quantities;
  if (exponents.lr_is_derived) quantities.push_back("lr");
  if (exponents.damping_is_derived && !asked.base[0].damping.empty()) quantities.push_back("damping");
  return quantities;
}

Json change_json(double base, double target, double exponent) {
  return {{"base", base}, {"target", target}, {"exponent", exponent}};
}

Json layer_json(const Answer& answer, LayerRole role) {
  const Question& asked = answer.asked;
  const WidthExponents exponents = exponents_of(asked, role);
  const LayerValues& base = asked.base[static_cast<std::size_t>(role)];
  const LayerValues& target = answer.values[static_cast<std::size_t>(role)];
  Json damping = Json::object();
  for (std::size_t i = 0; i < base.damping.size(); ++i)
    damping[std::string(exponents.damping[i].name)] =
        change_json(base.damping[i], target.damping[i], exponents.damping[i].exponent);
  Json init = change_json(base.initial_deviation, target.initial_deviation, exponents.initialisation);
  if (!asked.has_deviations) init["base"] = init["target"] = nullptr;
  return {{"role", name_in(kLayerRoles, role)},
          {"init_std", init},
          {"lr", change_json(base.lr, target.lr, exponents.lr)},
          {"damping", damping}};
}

Json fit_json(const Answer& answer) {
  if (!answer.fit) return nullptr;
  Json peaks = Json::object();
  for (const auto& [name, parameterisation] : kParameterisations)
    peaks[std::string(name)] =
        answer.fit->best_peak() * lr_shift(answer.asked.change, answer.asked.optimiser, parameterisation);
  return {{"best_peak_lr", answer.fit->best_peak()},
          {"loss", answer.fit->losses[answer.fit->best]},
          {"peaks", answer.fit->peaks},
          {"losses", answer.fit->losses},
          {"is_at_an_end", answer.fit->is_at_an_end()},
          {"target_peak_lr", peaks}};
}

Json answer_json(const Answer& answer, const Flags& flags) {
  const Question& asked = answer.asked;
  Json layers = Json::array();
  for (const auto& [name, role] : kLayerRoles) layers.push_back(layer_json(answer, role));
  std::vector<std::filesystem::path> inputs;
  if (flags.has("fit")) inputs.emplace_back(flags.text("fit"));
  return {{"base_width", asked.change.from},
          {"target_width", asked.change.to},
          {"optimizer", name_in(kOptimisers, asked.optimiser)},
          {"parameterization", name_in(kParameterisations, asked.parameterisation)},
          {"layers", layers},
          {"derived", derived(asked)},
          {"fit", fit_json(answer)},
          {"provenance", provenance_json(make_provenance(flags.command_line(), inputs, ""))}};
}

std::string changed(double base, double target) { return fmt::format("{:.4g} -> {:.4g}", base, target); }

std::string layers_text(const Answer& answer) {
  const Question& asked = answer.asked;
  const std::vector<double>& damping = asked.base[0].damping;
  TextTable table;
  std::vector<std::string> head = {"layer", "b", "initial s.d.", "c", "LR"};
  for (std::size_t i = 0; i < damping.size(); ++i)
    head.insert(head.end(), {"d", std::string(damping_names(asked.optimiser)[i])});
  table.add_row(head);
  for (const auto& [name, role] : kLayerRoles) {
    const WidthExponents exponents = exponents_of(asked, role);
    const LayerValues& base = asked.base[static_cast<std::size_t>(role)];
    const LayerValues& target = answer.values[static_cast<std::size_t>(role)];
    std::vector<std::string> row = {std::string(name), fmt::format("{:g}", exponents.initialisation)};
    row.push_back(asked.has_deviations ? changed(base.initial_deviation, target.initial_deviation)
                                       : fmt::format("times {:.4g}", target.initial_deviation));
    row.insert(row.end(), {fmt::format("{:g}", exponents.lr), changed(base.lr, target.lr)});
    for (std::size_t i = 0; i < base.damping.size(); ++i)
      row.insert(row.end(),
                 {fmt::format("{:g}", exponents.damping[i].exponent), changed(base.damping[i], target.damping[i])});
    table.add_row(row);
  }
  return table.text();
}

// The losses over the LR at the base width, every factor of 2, and the LRs at which each parameterisation has the same
// ones at the target width.
std::string losses_table(const Answer& answer) {
  constexpr std::size_t kStep = 4;  // peaks are a factor of 2^(1/4) apart
  const PeakScan& scan = *answer.fit;
  TextTable table;
  std::vector<std::string> head = {"loss", "LR"};
  for (const auto& [name, parameterisation] : kParameterisations) head.emplace_back(name);
  table.add_row(head);
  for (std::size_t i = 0; i < scan.peaks.size(); ++i) {
    if (i % kStep != scan.best % kStep) continue;
    std::vector<std::string> row = {fmt::format("{:.4f}", scan.losses[i]), fmt::format("{:.4g}", scan.peaks[i])};
    for (const auto& [name, parameterisation] : kParameterisations)
      row.push_back(fmt::format(
          "{:.4g}", scan.peaks[i] * lr_shift(answer.asked.change, answer.asked.optimiser, parameterisation)));
    if (i == scan.best) row.emplace_back("the best");
    table.add_row(row);
  }
  return table.text();
}

std::string fit_text(const Answer& answer) {
  if (!answer.fit) return "";
  const Question& asked = answer.asked;
  const PeakScan& scan = *answer.fit;
  return fmt::format(
             "best peak LR by the fit, at width {}: {:.4g}, loss {:.4f} nats ({:.4g} to {:.4g} were tried)\n"
             "losses over the LR at width {}, and the LRs at which they are expected at width {}:\n",
             asked.change.from, scan.best_peak(), scan.losses[scan.best], scan.peaks.front(), scan.peaks.back(),
             asked.change.from, asked.change.to) +
         losses_table(answer) +
         "This moves the LR axis, to first order; what more the wider network reaches is not forecast. Under mup the "
         "LR is the\ninput to each layer's own: that times (target/base)^-c.\n";
}

// From the base width to the target width by equal factors, of 4 or so.
std::vector<std::int64_t> widths_between(const WidthChange& change) {
  constexpr double kFactor = 4;
  constexpr int kMostSteps = 4;
  const double ratio = static_cast<double>(change.to) / static_cast<double>(change.from);
  const int steps = std::min(static_cast<int>(std::ceil(std::abs(std::log(ratio)) / std::log(kFactor))), kMostSteps);
  std::vector<std::int64_t> widths = {change.from};
  for (int i = 1; i < steps; ++i)
    widths.push_back(std::llround(static_cast<double>(change.from) * std::pow(ratio, static_cast<double>(i) / steps)));
  if (steps > 0) widths.push_back(change.to);
  return widths;
}

WidthPicture picture_of(const Answer& answer, const std::string& schedule) {
  const Question& asked = answer.asked;
  WidthPicture picture{
      .title = fmt::format("Loss over the peak LR at width {} by the fit, and at other widths under {}",
                           asked.change.from, name_in(kOptimisers, asked.optimiser)),
      .subtitle = schedule,
      .lrs = answer.fit->peaks,
      .losses = answer.fit->losses,
      .widths = widths_between(asked.change),
      .panels = {}};
  for (const auto& [name, parameterisation] : kParameterisations) {
    WidthAxes& axes = picture.panels.emplace_back(WidthAxes{std::string(name), {}});
    for (const std::int64_t width : picture.widths)
      axes.shifts.push_back(lr_shift({asked.change.from, width}, asked.optimiser, parameterisation));
  }
  return picture;
}

std::string answer_text(const Answer& answer) {
  const Question& asked = answer.asked;
  std::string text = fmt::format(
      "{}, {}, width {} -> {}: initial s.d. ~ M^-b, LR ~ M^-c, damping ~ M^-d\n", name_in(kOptimisers, asked.optimiser),
      name_in(kParameterisations, asked.parameterisation), asked.change.from, asked.change.to);
  text += layers_text(answer);
  for (const std::string& quantity : derived(asked))
    text += fmt::format("{} here is losscast's own derivation, not the paper's table\n", quantity == "lr" ? "c" : "d");
  return text + fit_text(answer);
}

void run_transfer(const Flags& flags) {
  require_flags(flags, {"base-width", "target-width", "optimizer", "parameterization"});
  if (!flags.has("fit")) require_flags(flags, {"lr"});
  // What is wrong with the flags is said before the fit is tried.
  Answer answer{.asked = read_question(flags, flags.has("lr") ? flags.positive_number("lr") : 1),
                .values = {},
                .fit = read_scan(flags)};
  if (answer.fit)
    for (LayerValues& layer : answer.asked.base) layer.lr = answer.fit->best_peak();
  answer.values =
      transferred(answer.asked.base, answer.asked.change, answer.asked.optimiser, answer.asked.parameterisation);
  if (answer.fit && answer.fit->is_at_an_end())
    report_warning("The best peak is the first or last that was tried: the fit does not say where the best one lies.");
  if (flags.has("plot")) write_atomically(flags.text("plot"), width_svg(picture_of(answer, flags.text("schedule"))));
  if (flags.has("json"))
    print_json(answer_json(answer, flags));
  else
    print(answer_text(answer));
}

}  // namespace

Command transfer_command() {
  return {"transfer",
          "carries initialisation, LR and damping of a network's layers from one width to another",
          {},
          joined({{{"base-width", "M", "hidden units at which the values were found"},
                   {"target-width", "M", "hidden units of the network to come"},
                   {"optimizer", "NAME", "sgd, adam, shampoo, kfac or foof"},
                   {"parameterization", "NAME", "standard, ntk or mup"},
                   {"lr", "X", "LR of all layers at the base width"},
                   {"init-std", "X",
                    "their initial standard deviation there, or three: input,hidden,output (default: factors alone)"},
                   {"damping", "X", "their damping there, epsilon of adam (default: none is carried)"},
                   {"fit", "FIT", "of runs at the base width, instead of --lr: the LR is the best peak by this fit"},
                   {"schedule", "SCHEDULE", "whose peak is tried with --fit"},
                   {"plot", "FILE", "a picture of these losses at the widths in between, as SVG"}},
                  threads_flag(),
                  json_flag()}),
          {"losscast transfer --base-width 256 --target-width 4096 --optimizer adam --parameterization mup --lr 3e-3 "
           "--init-std 0.02",
           "losscast transfer --base-width 256 --target-width 4096 --optimizer kfac --parameterization mup --lr 0.02 "
           "--damping 1e-3 --json"},
          run_transfer};
}

}  // namespace losscast
