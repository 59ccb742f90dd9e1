#include "cli/runs_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cli/text_table.hpp"

#include "losscast/base/counted.hpp"

namespace losscast {

namespace {

std::string divergence_text(const RunDivergenceLaw& law) {
  const auto& w = law.mode.weights;
  return fmt::format(
      "P(diverge) = sigmoid({:.3f} {:+.3f} ln(lr/0.01) {:+.3f} n {:+.3f} h {:+.3f} (65536/batch)^0.5 {:+.3f} n h), "
      "h = 1/(1 + (steps/{:.0f})^8)\n",
      w[0], w[1], w[2], w[3], w[4], w[5], law.mode.border_steps);
}

std::string peak_text(const PeakLaw& law) {
  const auto& c = law.constants;
  return fmt::format(
      "best lr    = (cap^-4 + noise^-4)^(-1/4), ln cap = {:.4f} {:+.4f} n {:+.4f} d, ln noise = {:.4f} + b {:+.4f} "
      "(n + d)\n",
      c[0], c[1], c[2], c[3], c[4]);
}

std::string loss_text(const FinalLossLaw& law) {
  const auto& v = law.values;
  return fmt::format(
      "final loss = {:.4f} + {:.4f} e^({:+.4f} n) + {:.4f} e^({:+.4f} d {:+.4f} n) + what LR, steps and batch cost\n",
      v[0], v[1], -v[2], v[3], -v[4], v[19]);
}

std::string number(double value) { return fmt::format("{:.4f}", value); }
std::string share(double value) { return fmt::format("{:.1f}%", 100 * value); }

std::vector<std::string> row(const char* name, const DivergenceScore& score) {
  return {name,
          number(score.log_loss),
          fmt::format("{:.5f}", score.brier),
          number(score.calibration_error),
          fmt::format("{:.3f}", score.f1),
          share(score.bins_within_2),
          share(score.bins_within_4)};
}

std::vector<std::string> row(const char* name, const PeakScore& score) {
  return {name, share(score.within_step), share(score.low_regret), number(score.regret_q90), number(score.mean_regret)};
}

std::vector<std::string> row(const char* name, const LossScore& score) {
  return {name, number(score.smoothed), number(score.final), number(score.shifted)};
}

std::string divergence_table(const RunsScore& score) {
  TextTable table;
  table.add_row({"divergence", "log-loss", "Brier", "calibration error", "F1", "LR bins within 2 s.e.", "within 4"});
  if (score.divergence) table.add_row(row("this law", *score.divergence));
  table.add_row(row("one line, not refitted", score.plain_line));
  table.add_row({"best threshold, hindsight", "", "", "", fmt::format("{:.3f}", score.threshold_f1)});
  std::string text = table.text();
  if (!score.divergence)
    text += "no row of this law: without one of the sizes no run diverged, or P would fall as the LR grows\n";
  if (score.lowest_lost)
    text +=
        fmt::format("the lowest LR that was lost is {:.3g} of the one foretold for P = 1/2; {} lost below half of it\n",
                    *score.lowest_lost, score.lost_below_half == 0 ? "no run" : counted(score.lost_below_half, "run"));
  return text;
}

std::string peak_table(const RunsScore& score) {
  TextTable table;
  table.add_row({"best LR", "within 1.44x", "regret <= 2e-3", "regret, 90% quantile", "mean"});
  table.add_row(row("this law", score.peak));
  table.add_row(row("published power law", score.published_peak));
  table.add_row(row("each sweep's own parabola", score.own_parabola));
  return table.text();
}

std::string loss_table(const RunsScore& score) {
  TextTable table;
  table.add_row({"final loss, mean error", "smoothed", "final", "final, with known offsets"});
  table.add_row(row("each size left out", score.loss));
  table.add_row(row("largest from smaller", score.largest));
  table.add_row(row("  power law of params, tokens", score.largest_power_law));
  table.add_row(row("  nearest run, hindsight", score.largest_neighbour));
  table.add_row(row("  if smoothed were known", score.largest_if_known));
  return table.text();
}

std::string sizes_table(const RunsScore& score) {
  TextTable table;
  table.add_row(
      {"left out", "runs", "diverged", "log-loss", "F1", "sweeps", "LR within 1.44x", "regret <= 2e-3", "loss error"});
  for (const FoldScore& fold : score.folds)
    table.add_row({fmt::format("{:.4g}", fold.params), fmt::format("{}", fold.runs), fmt::format("{}", fold.diverged),
                   fold.divergence ? number(fold.divergence->log_loss) : "",
                   fold.divergence ? fmt::format("{:.3f}", fold.divergence->f1) : "", fmt::format("{}", fold.sweeps),
                   share(fold.peak.within_step), share(fold.peak.low_regret), number(fold.loss.smoothed)});
  return table.text();
}

}  // namespace

std::string runs_text(const RunsFit& fit) {
  std::string text = fmt::format(
      "{}, {} diverged; {:.3g} to {:.3g} parameters, {:.3g} to {:.3g} tokens, {:.3g} to {:.3g} tokens per "
      "step\n{} of LRs, {} with the best at an end\n\n",
      counted(fit.runs, "run"), fit.diverged, fit.params.low, fit.params.high, fit.tokens.low, fit.tokens.high,
      fit.batch.low, fit.batch.high, counted(fit.sweeps, "sweep"), fit.one_sided);
  if (fit.divergence) text += divergence_text(*fit.divergence);
  text += peak_text(fit.peak) + loss_text(fit.loss);
  return text +
         fmt::format(
             "n = ln(params/3e8), d = ln(tokens/2e10), b = ln(batch/524288); mean error of the final loss {:.4f} "
             "nats, of the runs fitted\n",
             fit.loss_error);
}

std::string score_text(const std::optional<RunsScore>& score) {
  if (!score) return "No scores of sizes left out: they need three sizes, and two with sweeps.\n";
  return "Each size foretold from the others:\n" + divergence_table(*score) + "\n" + peak_table(*score) + "\n" +
         loss_table(*score) + "\n" + sizes_table(*score);
}

}  // namespace losscast
