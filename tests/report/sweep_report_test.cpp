#include "losscast/report/sweep_report.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/report/well_formed.hpp"

namespace losscast::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

ResultsRow row(std::size_t rank, const std::string& family, double peak_lr, double mean) {
  ResultsRow row;
  row.rank = rank;
  row.arguments.values = {{"family", family}, {"peak_lr", peak_lr}, {"total_steps", 1000.0}};
  if (family == "wsd") row.arguments.values.insert({{"decay_fraction", 0.25}, {"shape", std::string("sqrt")}});
  Statistics& loss = row.statistics;
  loss.mean = loss.q50 = row.ranked_by = mean;
  loss.q05 = mean - 0.02;
  loss.q25 = mean - 0.01;
  loss.q75 = mean + 0.01;
  loss.q95 = mean + 0.02;
  loss.q99 = loss.q999 = kNan;
  row.paths = 512;
  row.difference = {.mean = mean - 3, .standard_error = 1e-6, .posterior_error = 0, .low = mean - 3, .high = mean - 3};
  row.known = {.mean = mean - 3, .deviation = 0, .low = mean - 3.001, .high = mean - 2.998, .p_within = 0.5};
  return row;
}

FamilySpace space(const std::string& family) {
  FamilySpace space{.family = family, .fixed = {{{"family", family}, {"total_steps", 1000.0}}}, .axes = {}};
  space.axes.push_back(
      {.argument = "peak_lr", .kind = Axis::Kind::log, .choices = {}, .low = 1e-4, .high = 1e-2, .grid_points = {}});
  if (family == "wsd")
    space.axes.push_back({.argument = "shape",
                          .kind = Axis::Kind::choice,
                          .choices = {std::string("linear"), std::string("sqrt")},
                          .grid_points = {}});
  return space;
}

// Four candidates of two families; the loss over time is known of the first two.
SweepResults example() {
  SweepResults results;
  results.rows = {row(1, "wsd", 1e-3, 3), row(2, "wsd", 2e-3, 3.0005), row(3, "wsd", 5e-3, 3.1),
                  row(4, "linear", 1e-3, 3.2)};
  results.rows[2].known.p_within = results.rows[3].known.p_within = 0;
  results.candidates = 4;
  results.best_schedule = "{ family = \"wsd\", peak_lr = 0.001 }";
  results.config.space.families = {space("wsd"), space("linear")};
  results.config.resolved = "format = 1\n";
  results.known.delta = 1e-3;
  results.known.draws = 128;
  results.known.undecided = 2;
  results.fit.file = "fit.json";
  results.fit.seen.peak_lr_min = 5e-4;
  results.fit.seen.peak_lr_max = 1e-3;
  results.bands =
      SweepBands{.ranks = {1, 2}, .finalists = 2, .fractions = {0.25, 0.5, 0.75, 1}, .steps = {}, .statistics = {}};
  for (const std::size_t candidate : {0, 1})
    for (const Step step : {250, 500, 750, 1000}) {
      results.bands->steps.push_back(step);
      Statistics now = results.rows[candidate].statistics;
      now.mean += 300.0 / static_cast<double>(step) - 0.3;
      results.bands->statistics.push_back(now);
    }
  results.provenance.date = "2026-01-31T23:59:59Z";
  results.provenance.command_line = "losscast sweep sweep.toml";
  return results;
}

CertificateOnFile certificate() {
  CertificateOnFile found;
  found.certified = true;
  found.objective = "mean";
  found.delta = 1e-3;
  found.delta_source = "given";
  found.confidence = 0.95;
  found.p_selection = 0.9951;
  found.candidates = 20'000;
  found.stopped_by = "decided";
  found.stages = {{.candidates = 20'000, .units = 32, .survivors = 4, .leader = 0, .path_steps = 2.3e8}};
  return found;
}

void expect_well_formed(const SweepResults& results) {
  const std::string page = sweep_report(results);
  EXPECT_EQ(xml_fault(page), "");
  const std::size_t body = page.find("<body>");
  for (const char* none : {"nan", "inf"}) EXPECT_EQ(page.find(none + std::string(","), body), std::string::npos);
  for (const char* none : {"=\"nan", "=\"inf", "=\"-inf", "=\"-nan", ">nan<", ">inf<"})
    EXPECT_EQ(page.find(none, body), std::string::npos) << none;
}

TEST(XmlFault, FindsWhatIsWrong) {
  EXPECT_EQ(xml_fault("<!DOCTYPE html>\n<a b=\"1 &amp; 2\"><c/>x &lt; y</a>\n"), "");
  for (const char* wrong : {"<a><b></a></b>", "<a>", "</a>", "<a b=1></a>", "<a b=\"1\" b=\"2\"/>", "<a>&nbsp;</a>",
                            "<a>x & y</a>", "<a>x < y</a>", "<a b=\"<\"/>", "<a>\x01</a>"})
    EXPECT_NE(xml_fault(wrong), "") << wrong;
}

TEST(SweepReport, IsAPageByItself) {
  const std::string page = sweep_report(example());
  expect_well_formed(example());
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  for (const char* from_elsewhere : {"<script", "<link", "<img", "<iframe", "src=", "href=", "@import", "url(http"})
    EXPECT_EQ(page.find(from_elsewhere), std::string::npos) << from_elsewhere;
  EXPECT_EQ(sweep_report(example()), page) << "the same results give the same bytes";
}

TEST(SweepReport, SaysTheAnswerFirst) {
  const std::string text = text_of(sweep_report(example()));
  for (const char* part :
       {"wsd (peak_lr 0.001, shape sqrt) is forecast to end lowest, at 3.0000 nats per token after 1000 steps",
        "90% of such runs would end between 2.98000 and 3.02000", "Trusted: nothing speaks against the fit fit.json",
        "of the 4 candidates, the training runs cannot tell 2 apart", "there is no certificate"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  EXPECT_EQ(text.find("Do not rely on this"), std::string::npos);
}

TEST(SweepReport, SaysWhatSpeaksAgainstIt) {
  SweepResults results = example();
  results.fit.doubts = {"L0 is on its bound", "R-hat is 1.2"};
  results.certificate = certificate();
  results.rows.front().extrapolates = "peak_lr 0.001 above 0.0003";
  results.rows.front().arguments.values["peak_lr"] = 1e-2;
  std::string text = text_of(sweep_report(results));
  for (const char* part : {"Do not rely on this: L0 is on its bound; R-hat is 1.2", "Certified:", "20000 candidates",
                           "Outside what the fit has seen: peak_lr 0.001 above 0.0003",
                           "peak_lr, 0.01, is the largest searched (0.0001 to 0.01): a larger one may be better"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  results.certificate->certified = false;
  results.certificate->stopped_by = "path-steps";
  text = text_of(sweep_report(results));
  EXPECT_NE(text.find("Not certified:"), std::string::npos);
  EXPECT_NE(text.find("stopped by: path-steps"), std::string::npos);
  EXPECT_EQ(text.find("Certified:"), std::string::npos);
  expect_well_formed(results);
}

// A row of the table: rank, family, arguments, loss, difference, probability.
TEST(SweepReport, RanksInATable) {
  const std::string page = sweep_report(example());
  const std::string body = page.substr(page.find("<tbody>"), page.find("</tbody>") - page.find("<tbody>"));
  EXPECT_EQ(occurrences(body, "<tr "), 4u);
  EXPECT_EQ(occurrences(body, "class=\"interval\""), 4u);
  EXPECT_EQ(occurrences(body, " far"), 2u) << "the two that can be told from the best";
  const std::string text = text_of(body.substr(body.find("<tr ", body.find("<tr ") + 1)));
  EXPECT_EQ(text.substr(0, text.find('\n')), "2wsd0.002000sqrt3.000500.000500.50");
}

// Of more candidates than are shown, the best of each family is there all the same.
TEST(SweepReport, ShowsTheBestOfEachFamily) {
  SweepResults results = example();
  results.rows.pop_back();
  for (std::size_t rank = 4; rank < 100; ++rank) results.rows.push_back(row(rank, "wsd", 1e-3, 3.2));
  results.rows.push_back(row(100, "linear", 1e-3, 3.3));
  results.candidates = 100;
  const std::string page = sweep_report(results);
  EXPECT_EQ(occurrences(page, "<tr class=\"f0"), 20u);
  EXPECT_EQ(occurrences(page, "<tr class=\"f1"), 1u);
  EXPECT_NE(text_of(page).find("100linear"), std::string::npos);
  EXPECT_NE(text_of(page).find("21 of 100 candidates are shown"), std::string::npos);
}

TEST(SweepReport, StaysSmallHoweverManyCandidatesThereAre) {
  SweepResults results = example();
  for (std::size_t rank = 5; rank <= kFirstRanks + kSpreadRanks; ++rank)
    results.rows.push_back(row(rank, "wsd", 1e-3 + 1e-6 * static_cast<double>(rank), 3.2));
  results.candidates = 10'000'000;
  const std::string page = sweep_report(results);
  EXPECT_LT(page.size(), 1'000'000u);
  EXPECT_NE(text_of(page).find("3000 of 10000000 candidates are drawn"), std::string::npos);
}

TEST(SweepReport, DrawsSchedulesLossesAndParameters) {
  const std::string page = sweep_report(example());
  EXPECT_EQ(occurrences(page, "<polyline class=\"line\""), 3u) << "the first, a close one, the best of linear";
  EXPECT_EQ(occurrences(page, "<polyline class=\"mean\""), 4u) << "two in the losses, two in the differences";
  EXPECT_EQ(occurrences(page, "<polygon"), 4u) << "the first one's bands, in both";
  EXPECT_EQ(occurrences(page, "final loss over peak_lr"), 1u);
  EXPECT_EQ(occurrences(page, "final loss over shape"), 1u);
  EXPECT_EQ(occurrences(page, "class=\"winner\""), 2u);
  EXPECT_EQ(occurrences(page, "h0"), 4u + 3u) << "a dot a candidate; linear has no shape";
  EXPECT_EQ(occurrences(page, "class=\"seen\""), 1u) << "trained peaks; shapes have no range";
}

TEST(SweepReport, ShowsWhatDivergenceCosts) {
  SweepResults results = example();
  results.config.divergence_cost = 0.5;
  for (ResultsRow& row : results.rows) {
    row.p_diverge = 0.02;
    row.ranked_by = row.statistics.mean + 0.01;
  }
  expect_well_formed(results);
  const std::string text = text_of(sweep_report(results));
  EXPECT_NE(text.find("P(diverge)"), std::string::npos);
  EXPECT_NE(text.find("diverges with a probability of 0.02"), std::string::npos);
  EXPECT_NE(text.find("3.01000"), std::string::npos);
  EXPECT_EQ(text_of(sweep_report(example())).find("P(diverge)"), std::string::npos);
}

// Tokens are those of the training runs' batch, or of the candidate's own.
TEST(SweepReport, CountsTokensWhereTheyAreKnown) {
  SweepResults results = example();
  EXPECT_EQ(text_of(sweep_report(results)).find("tokens)"), std::string::npos);
  results.fit.seen.batch_min = results.fit.seen.batch_max = 5e5;
  std::string text = text_of(sweep_report(results));
  EXPECT_NE(text.find("after 1000 steps (5e+08 tokens)"), std::string::npos);
  EXPECT_EQ(text.find("tokensloss"), std::string::npos) << "a column of equal numbers";
  results.rows[1].arguments.values["batch"] = 1e6;
  text = text_of(sweep_report(results));
  EXPECT_NE(text.find("tokensloss"), std::string::npos);
  EXPECT_NE(text.find("2wsd0.002000sqrt1e+093.00050"), std::string::npos);
}

// Losses that are no numbers, of some candidates or of all.
TEST(SweepReport, OfLostPathsIsAPage) {
  SweepResults results = example();
  const auto lose = [](ResultsRow& row) {
    row.statistics.status = Status::diverged;
    row.statistics.mean = row.statistics.q50 = row.ranked_by = kInfinity;
    row.statistics.q05 = row.statistics.q25 = row.statistics.q75 = row.statistics.q95 = kInfinity;
    row.difference = {kNan, kNan, kNan, kNan, kNan};
    row.known = {kNan, kNan, kNan, kNan, 0};
  };
  lose(results.rows[3]);
  results.lost = 1;
  expect_well_formed(results);
  std::string text = text_of(sweep_report(results));
  EXPECT_NE(text.find("Lost paths: 1 of 4 candidates"), std::string::npos);
  EXPECT_NE(text.find("all paths diverged"), std::string::npos);
  results.rows[1].statistics.status = Status::diverged;
  results.rows[1].statistics.q95 = kInfinity;
  EXPECT_NE(text_of(sweep_report(results)).find("5% to 25% of the paths diverged"), std::string::npos);
  for (ResultsRow& row : results.rows) lose(row);
  for (Statistics& now : results.bands->statistics) now = results.rows.front().statistics;
  results.lost = 4;
  results.known.undecided = 0;
  expect_well_formed(results);
  text = text_of(sweep_report(results));
  EXPECT_NE(text.find("No candidate to rely on: of wsd (peak_lr 0.001, shape sqrt), ranked first, all paths diverged"),
            std::string::npos);
  EXPECT_NE(text.find("No winner:"), std::string::npos);
}

TEST(SweepReport, OfOneCandidateIsAPage) {
  SweepResults results = example();
  results.rows.resize(1);
  results.candidates = 1;
  results.bands.reset();
  results.config.space.families = {{.family = "wsd", .fixed = results.rows.front().arguments, .axes = {}}};
  expect_well_formed(results);
  EXPECT_EQ(text_of(sweep_report(results)).find("rivals"), std::string::npos);
}

TEST(SweepReport, EscapesWhateverTextItIsGiven) {
  SweepResults results = example();
  const std::string bad = "<b onclick=\"x\">&\x01";
  results.fit.file = results.fit.model = results.best_schedule = results.config.resolved = bad;
  results.fit.doubts = results.fit.warnings = {bad};
  results.provenance = {bad, {bad}, bad, bad, bad, bad, bad, bad};
  results.certificate = certificate();
  results.certificate->objective = results.certificate->delta_source = results.certificate->objection = bad;
  results.certificate->certified = false;
  results.certificate->limits = {{bad, 0.1, 0.05}};
  results.certificate->polished = {bad, 1e-3};
  for (ResultsRow& row : results.rows) row.extrapolates = bad;
  for (ResultsRow& row : results.rows)
    if (row.arguments.values.contains("shape")) row.arguments.values["shape"] = bad;
  EXPECT_EQ(xml_fault(sweep_report(results)), "");
  EXPECT_EQ(sweep_report(results).find("<b "), std::string::npos);
}

// A schedule whose rates are in a file that is gone is left out of the picture, and the page says so.
TEST(SweepReport, SaysWhatItCannotDraw) {
  SweepResults results = example();
  results.rows.front().arguments.values = {{"family", std::string("file")}, {"path", std::string("gone.csv")}};
  expect_well_formed(results);
  EXPECT_NE(text_of(sweep_report(results)).find("Not drawn: "), std::string::npos);
}

}  // namespace
}  // namespace losscast::test
