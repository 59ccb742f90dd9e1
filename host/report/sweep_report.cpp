#include "losscast/report/sweep_report.hpp"

#include <fmt/format.h>

#include "losscast/base/contract.hpp"
#include "report/panel.hpp"
#include "report/report_parts.hpp"
#include "report/report_style.hpp"

namespace losscast {

std::string sweep_report(const SweepResults& results) {
  LOSSCAST_EXPECTS(!results.rows.empty());
  const FamilyColours colours(results.rows);
  const ReportContent content{results, colours};
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
      "<title>losscast: {}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n",
      escaped(candidate_name(results, results.rows.front())), kReportStyle);
  page += headline_part(content);
  page += curves_part(content);
  page += ranking_part(content);
  page += parameters_part(content);
  page += certainty_part(content);
  page += provenance_part(results);
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace losscast
