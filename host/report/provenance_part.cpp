#include <fmt/format.h>
#include <fmt/ranges.h>

#include "losscast/format/number_text.hpp"
#include "report/panel.hpp"
#include "report/report_parts.hpp"

namespace losscast {

namespace {

std::string entry(std::string_view term, const std::string& meaning) {
  return meaning.empty() ? "" : fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(term), escaped(meaning));
}

std::string code_entry(std::string_view term, const std::string& code) {
  return code.empty() ? "" : fmt::format("<dt>{}</dt><dd><code>{}</code></dd>\n", escaped(term), escaped(code));
}

std::string range_words(double low, double high) {
  return low == high ? number_text(low) : fmt::format("{} to {}", number_text(low), number_text(high));
}

std::string fit_words(const FitOnFile& fit) {
  std::string text = fmt::format("{}, model {}", fit.file, fit.model);
  if (fit.params) text += fmt::format(", {:g} parameters", *fit.params);
  text += fmt::format(
      "; its training runs had peak LRs of {}, and {} steps", range_words(fit.seen.peak_lr_min, fit.seen.peak_lr_max),
      range_words(static_cast<double>(fit.seen.total_steps_min), static_cast<double>(fit.seen.total_steps_max)));
  if (fit.seen.batch_max > 0) text += fmt::format(" of {} tokens", range_words(fit.seen.batch_min, fit.seen.batch_max));
  return text;
}

}  // namespace

std::string provenance_part(const SweepResults& results) {
  const Provenance& from = results.provenance;
  const Performance& performance = results.performance;
  std::string part = "<section>\n<h2>Where this is from</h2>\n<dl>\n";
  part += code_entry("command", from.command_line);
  part += entry("fit", fit_words(results.fit));
  part += entry("inputs", fmt::format("{}", fmt::join(from.inputs, ", ")));
  part += entry("losscast", fmt::format("{} ({})", from.version, from.revision));
  part += entry("build", from.build);
  part += entry("seed", fmt::format("{}", results.config.seed));
  part += entry("computed", fmt::format("{}, on {} ({}){}", from.date, performance.backend, performance.device,
                                        performance.math == MathMode::fast ? ", with fast mathematics" : ""));
  part += entry("work", fmt::format("{:.3g} path-steps in blocks of {} steps, {:.2f} s of {:.2f} s",
                                    static_cast<double>(performance.path_steps), results.block,
                                    performance.engine_seconds, results.total_seconds));
  part += code_entry("plan", from.plan);
  return part + fmt::format(
                    "</dl>\n<details>\n<summary class=\"note\">The sweep file as it was understood</summary>\n"
                    "<pre><code>{}</code></pre>\n</details>\n</section>\n",
                    escaped(results.config.resolved));
}

}  // namespace losscast
