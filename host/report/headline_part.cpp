#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "losscast/base/counted.hpp"
#include "losscast/space/axis_end.hpp"
#include "report/panel.hpp"
#include "report/report_parts.hpp"
#include "report/searched_axes.hpp"

namespace losscast {

namespace {

constexpr const char* kMean = "mean";  // the usual objective

// One reason for or against the answer: a word that sums it up, and the sentence.
std::string verdict(const char* style, std::string_view word, const std::string& text) {
  return fmt::format("<li class=\"{}\"><b>{}</b> {}</li>\n", style, escaped(word), escaped(text));
}

std::string search_words(const SweepResults& results) {
  if (results.certificate) return fmt::format("A race of {}", counted(results.certificate->candidates, "candidate"));
  return fmt::format("A sweep of {}", counted(results.candidates, "candidate"));
}

std::string steps_words(const SweepResults& results) {
  const auto& values = results.rows.front().arguments.values;
  const auto found = values.find("total_steps");
  if (found == values.end() || !std::holds_alternative<double>(found->second)) return "";
  const std::optional<double> tokens = tokens_of(results, results.rows.front());
  return fmt::format(" after {} steps{}", argument_text(found->second),
                     tokens ? fmt::format(" ({:.3g} tokens)", *tokens) : "");
}

std::string headline(const SweepResults& results) {
  const ResultsRow& first = results.rows.front();
  const std::string name = candidate_name(results, first);
  // Where so many paths are lost, the mean of the others is no forecast.
  if (first.statistics.status != Status::ok &&
      (std::isinf(first.statistics.q95) || !std::isfinite(first.statistics.mean)))
    return fmt::format("No candidate to rely on: of {}, ranked first, {}", name, lost_paths_words(first));
  std::string best = results.candidates > 1 ? "lowest, at" : "at";
  if (results.certificate && results.certificate->objective != kMean)
    best = fmt::format("best by the {}, with a mean of", results.certificate->objective);
  return fmt::format("{} is forecast to end {} {:.4f} nats per token{}", name, best, first.statistics.mean,
                     steps_words(results));
}

std::string band_words(const SweepResults& results) {
  const Statistics& loss = results.rows.front().statistics;
  if (!std::isfinite(loss.mean)) return "";
  std::string text = "There are too few paths for a band.";
  if (std::isfinite(loss.q05) && std::isfinite(loss.q95))
    text = fmt::format("90% of such runs would end between {:.5f} and {:.5f}; the mean is {:.5f}.", loss.q05, loss.q95,
                       loss.mean);
  else if (std::isinf(loss.q95))
    text = fmt::format(
        "More than 5% of such runs are lost, so that the band has no upper end; the others end at {:.5f} "
        "on average.",
        loss.mean);
  if (const auto& p_diverge = results.rows.front().p_diverge)
    text += fmt::format(
        " A run diverges with a probability of {:.2g}; with what that costs, {:g} nats, the loss counts "
        "as {:.5f}.",
        *p_diverge, results.config.divergence_cost, results.rows.front().ranked_by);
  return text;
}

std::string simulation_verdict(const SweepResults& results) {
  if (!results.certificate)
    return verdict(
        "plain", "Simulation:",
        fmt::format("every candidate was simulated on at most {} paths; there is no certificate, as nothing raced.",
                    results.rows.front().paths));
  const CertificateOnFile& found = *results.certificate;
  const std::string chance =
      fmt::format("by the simulation, the winner is within {:.2g} nats of the best of {} with a probability of {:.4g}",
                  found.delta, counted(found.candidates, "candidate"), found.p_selection);
  if (found.certified) return verdict("good", "Certified:", chance + " at least.");
  const std::string reason =
      found.objection.empty() ? fmt::format("the race was stopped by: {}", found.stopped_by) : found.objection;
  return verdict("bad",
                 "Not certified:", fmt::format("{}, and {:.4g} was asked for; {}.", chance, found.confidence, reason));
}

std::string fit_verdict(const FitOnFile& fit) {
  if (!fit.doubts.empty())
    return verdict("bad", "Do not rely on this:", fmt::format("{}.", fmt::join(fit.doubts, "; ")));
  return verdict("good", "Trusted:", fmt::format("nothing speaks against the fit {}.", fit.file));
}

std::string rivals_verdict(const SweepResults& results) {
  const KnownRanking& known = results.known;
  const auto ranked = static_cast<std::int64_t>(results.candidates);
  if (ranked + known.others < 2) return "";
  const std::int64_t count = known.undecided + known.undecided_others;
  const std::string measure =
      fmt::format("within {:.2g} nats of the best with a probability of {:g}% or more", known.delta, 100 * kUndecided);
  std::string all = fmt::format("the {} candidates", ranked), some = fmt::format("{}", known.undecided);
  if (known.others > 0) {
    all = fmt::format("{} and {} spread over the rest of the space", counted(ranked, "finalist"), known.others);
    some = fmt::format("{} and {}", known.undecided, known.undecided_others);
  }
  if (count > 1)
    return verdict("plain", "Close rivals:",
                   fmt::format("of {}, the training runs cannot tell {} apart: each is {}.", all, some, measure));
  if (count == 1) return verdict("good", "No close rival:", fmt::format("of {}, no other is {}.", all, measure));
  return verdict("bad", "No winner:", fmt::format("of {}, no one is {}.", all, measure));
}

// In what the first candidate is at an end of what was searched, or outside of what the fit has seen.
std::string borders_verdict(const SweepResults& results) {
  const ResultsRow& first = results.rows.front();
  std::string text;
  if (!first.extrapolates.empty()) text += verdict("bad", "Outside what the fit has seen:", first.extrapolates + ".");
  if (const std::vector<std::string> ends = ends_reached(results); !ends.empty())
    text += verdict("bad", "At the edge of the search:", fmt::format("{}.", fmt::join(ends, "; ")));
  return text;
}

std::string lost_verdict(const SweepResults& results) {
  if (results.lost == 0) return "";
  std::string text = results.lost < results.candidates
                         ? fmt::format("{} of {} have lost paths and are ranked last.", results.lost,
                                       counted(results.candidates, "candidate"))
                         : "every candidate has lost paths.";
  if (const std::string first = lost_paths_words(results.rows.front()); !first.empty())
    text += fmt::format(" Of the first, {}{}.", first,
                        std::isfinite(results.rows.front().statistics.mean) ? ": its loss is that of the others" : "");
  return verdict("bad", "Lost paths:", text);
}

}  // namespace

std::string headline_part(const ReportContent& content) {
  const SweepResults& results = content.results;
  std::string part =
      fmt::format("<header>\n<p class=\"kicker\">{} · {}</p>\n<h1>{}</h1>\n", escaped(search_words(results)),
                  escaped(results.provenance.date.substr(0, 10)), escaped(headline(results)));
  if (const std::string band = band_words(results); !band.empty())
    part += fmt::format("<p class=\"lead\">{}</p>\n", escaped(band));
  part += "<ul class=\"verdict\">\n" + fit_verdict(results.fit) + simulation_verdict(results) +
          rivals_verdict(results) + borders_verdict(results) + lost_verdict(results) + "</ul>\n";
  return part + fmt::format("<pre><code>{}</code></pre>\n</header>\n", escaped(results.best_schedule));
}

}  // namespace losscast
