// The parts of a sweep's report, each a piece of HTML.
#pragma once

#include <string>

#include "losscast/io/sweep_results.hpp"
#include "report/candidate_words.hpp"

namespace losscast {

// What all parts are made of.
struct ReportContent {
  const SweepResults& results;
  const FamilyColours& colours;
};

// The answer, and how far it can be relied on, in sentences.
std::string headline_part(const ReportContent& content);

// The LR and the forecast loss over steps: the best candidate, the best of each family, and those that cannot be told
// from the first.
std::string curves_part(const ReportContent& content);

// The first candidates as a table, with the intervals of their differences to the best.
std::string ranking_part(const ReportContent& content);

// The final loss over each argument that was searched.
std::string parameters_part(const ReportContent& content);

// What the search and its certificate say, and what the fit knows.
std::string certainty_part(const ReportContent& content);

// Where everything is from, and what it took.
std::string provenance_part(const SweepResults& results);

}  // namespace losscast
