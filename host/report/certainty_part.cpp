#include <fmt/format.h>
#include <fmt/ranges.h>

#include "losscast/base/counted.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "report/panel.hpp"
#include "report/report_parts.hpp"

namespace losscast {

namespace {

std::string paragraph(const std::string& text) { return fmt::format("<p>{}</p>\n", escaped(text)); }

// A sentence that ends with a schedule.
std::string paragraph(const std::string& text, const std::string& schedule) {
  return fmt::format("<p>{} <code>{}</code></p>\n", escaped(text), escaped(schedule));
}

std::string search_words(const CertificateOnFile& found) {
  std::string text = fmt::format("{} raced for the lowest {} of the final loss", counted(found.candidates, "candidate"),
                                 found.objective);
  if (found.excluded > 0) text += fmt::format("; constraints and limits left out {} more", found.excluded);
  return text +
         fmt::format(". The smallest difference that matters is {:.3g} nats: {}.", found.delta, found.delta_source);
}

std::string certificate_words(const CertificateOnFile& found) {
  std::string text = fmt::format(
      "The simulation's part: with a probability of {:.4g} at least the winner is within {:.3g} nats of the best of "
      "them ({:.4g} was asked for){}.",
      found.p_selection, found.delta, found.confidence,
      found.exact ? "; the finalists were compared by exact means, so that nothing of their order is left to chance"
                  : "");
  if (!found.certified)
    text += found.objection.empty()
                ? fmt::format(" That is not certified: the race was stopped by its {}, and more of that would decide.",
                              found.stopped_by)
                : fmt::format(" That is not certified: {}.", found.objection);
  return text;
}

std::string stages_table(const CertificateOnFile& found) {
  std::string rows;
  for (std::size_t i = 0; i < found.stages.size(); ++i) {
    const RaceRound& stage = found.stages[i];
    rows += fmt::format(
        "<tr><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{:.3g}</td></tr>\n",
        i + 1, stage.candidates, stage.units, stage.survivors, stage.path_steps);
  }
  return "<div class=\"scroll\">\n<table class=\"narrow-table\">\n<thead><tr><th class=\"n\">round</th><th "
         "class=\"n\">candidates</th>"
         "<th class=\"n\">draws or paths of each</th><th class=\"n\">left after it</th><th class=\"n\">path-steps</th>"
         "</tr></thead>\n<tbody>\n" +
         rows + "</tbody>\n</table>\n</div>\n";
}

std::string steps_to_loss_words(const StepsToLoss& found) {
  std::string text = fmt::format("A loss of {:g} takes at most {} steps", found.loss, found.steps);
  if (found.above) text += fmt::format("; {} are not enough", *found.above);
  if (found.is_stopped) text += "; the seconds ended the search there";
  if (found.low && found.high)
    text += fmt::format("; one standard deviation of the fit around it: {} to {}", *found.low, *found.high);
  return text + ".";
}

std::string findings(const CertificateOnFile& found) {
  std::string out;
  if (found.to_loss) out += paragraph(steps_to_loss_words(*found.to_loss));
  for (const CertificateOnFile::Limit& limit : found.limits)
    out += paragraph(
        fmt::format("{} of the winner is {:.3g}; at most {:g} was allowed.", limit.name, limit.winner, limit.limit));
  for (const HorizonMean& one : found.horizons)
    out +=
        paragraph(fmt::format("After {} steps the winner is forecast at {:.5f} nats per token.", one.steps, one.mean));
  if (found.polished && found.polished->gain < kNothingToLearn)
    out +=
        paragraph(fmt::format("Between the candidates nothing is {:g} nats better than the winner.", kNothingToLearn));
  else if (found.polished)
    out += paragraph(fmt::format("Between the candidates there is one that is {:.2g} nats better than the winner:",
                                 found.polished->gain),
                     found.polished->schedule);
  return out;
}

// What the training runs tell of the choice.
std::string fit_words(const SweepResults& results) {
  const KnownRanking& known = results.known;
  std::string text = fmt::format(
      "The fit's part: over {} of its draws, each with an error of its law that similar recipes share, the first "
      "candidate is within {:.3g} nats of the best with a probability of {:.2f}.",
      known.draws, known.delta, results.rows.front().known.p_within);
  if (const auto& certificate = results.certificate; certificate && certificate->p_posterior)
    text += fmt::format(" Were the law free of error, it would be so in {:.1f}% of the draws.",
                        100 * *certificate->p_posterior);
  return text;
}

std::string next_run(const KnownRanking& known) {
  if (!known.next_run) return "";
  if (known.next_run_gain < kNothingToLearn)
    return paragraph(fmt::format(
        "More computing does not change that, nor is training another of them expected to make the choice {:g} nats "
        "better.",
        kNothingToLearn));
  return paragraph(
      fmt::format("More computing does not change that, another training run may. This one would help most; "
                  "the choice after it is expected to be {:.2g} nats better:",
                  known.next_run_gain),
      schedule_text(*known.next_run));
}

// What runs were under beside their noise.
std::string hazard_words(const Spikes& spikes) {
  std::vector<std::string> parts;
  if (spikes.jump_rate > 0)
    parts.push_back(fmt::format("jumps of {:g} nats on average, {:g} of them a step at an LR of {:g}", spikes.mean_jump,
                                spikes.jump_rate, spikes.critical_lr));
  if (spikes.barrier_limit > 0) parts.emplace_back("a barrier, beyond which they diverge");
  return fmt::format("Runs are under a hazard: {}.", fmt::join(parts, ", and "));
}

}  // namespace

std::string certainty_part(const ReportContent& content) {
  const SweepResults& results = content.results;
  std::string part = "<section>\n<h2>How sure this is</h2>\n";
  if (results.candidates + static_cast<std::size_t>(results.known.others) > 1)
    part += paragraph(fit_words(results)) + next_run(results.known);
  if (const auto& found = results.certificate) {
    part += paragraph(certificate_words(*found)) + paragraph(search_words(*found)) + stages_table(*found) +
            findings(*found);
  } else {
    part +=
        paragraph(fmt::format("The simulation's part: every candidate was simulated, on at most {} paths of the same "
                              "draws and random numbers. The first of many is there partly by luck; a race gives "
                              "a certificate.",
                              results.config.paths));
  }
  if (results.config.spikes.any()) part += paragraph(hazard_words(results.config.spikes));
  for (const std::string& warning : results.fit.warnings) part += paragraph(fmt::format("Of the fit: {}.", warning));
  return part + "</section>\n";
}

}  // namespace losscast
