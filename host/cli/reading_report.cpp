#include "cli/reading_report.hpp"

#include "cli/output.hpp"

namespace losscast {

void report_reading(const Manifest& manifest) {
  for (const std::string& note : manifest.notes) report_note(note);
  for (const std::string& warning : manifest.warnings) report_warning(warning);
}

}  // namespace losscast
