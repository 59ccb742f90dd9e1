// What nanoGPT prints: "iter 250: loss 3.9, time 120.5ms, mfu 35.1%" and "step 250: train loss 3.9, val loss 4.0".
#include "logs/line_log.hpp"
#include "logs/reader.hpp"
#include "logs/text_scan.hpp"

namespace losscast {

namespace {

std::optional<LineEntry> entry(std::string_view line, Step) {
  TextScan scan(line);
  const bool is_training = scan.take("iter ");
  if (!is_training && !scan.take("step ")) return std::nullopt;
  const auto step = scan.take_step();
  if (!step || !scan.take(":")) return std::nullopt;
  const std::string_view values = scan.rest();
  if (!scan.take(is_training ? "loss " : "train loss ")) return std::nullopt;
  return LineEntry{*step, values};
}

constexpr LineGrammar kGrammar = {entry, ',', ' '};

bool recognises(std::string_view content) { return has_entries(content, kGrammar); }

std::vector<LogTable> read(const std::filesystem::path& file, std::string_view content) {
  return {read_entries(file, content, kGrammar)};
}

}  // namespace

LogReader nanogpt_log() { return {"nanogpt", "what nanoGPT prints", recognises, read}; }

}  // namespace losscast
