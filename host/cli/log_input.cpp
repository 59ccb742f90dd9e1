#include "cli/log_input.hpp"

#include "cli/output.hpp"
#include "io/csv_options_text.hpp"

namespace losscast {

std::vector<Flag> read_flag() {
  return {{"read", "'{ columns = ... }'",
           "how to read the log, a TOML table of keys of a manifest's curve, such as columns, skip_empty, loss_unit"}};
}

std::vector<Flag> mean_over_flag() {
  return {
      {"mean-over", "N", "a loss at step s is the mean over the updates s - N + 1 ... s (default: of step s alone)"}};
}

CurveCsvOptions read_log_options(const Flags& flags, const Recipe& recipe) {
  if (flags.has("read")) return parse_csv_options(flags.text("read"), "--read", recipe);
  return {.total_steps = recipe.total_steps(), .keys = KeysIn::command_line};
}

Step mean_over_of(const Flags& flags, const CurveCsvOptions& options) {
  constexpr std::int64_t kMost = 1'000'000;
  if (!flags.has("mean-over")) return options.mean_over;
  if (options.mean_over > 0)
    flags.fail("mean-over", "--read has the key point too", "each says the same", "leave one of them out");
  return flags.whole_number("mean-over", 1, kMost);
}

void report_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) report_note(note);
}

}  // namespace losscast
