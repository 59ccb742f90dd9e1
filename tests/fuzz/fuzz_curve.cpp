// A curve's CSV file, also as the log of a run under way. Input: the file, whose last bytes say how it is read.
#include <fmt/format.h>

#include "losscast/format/csv_reader.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/io/curve_csv.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

namespace {

constexpr char kDelimiters[] = {',', '\t', ';', CsvReader::kBlanks};

// The last byte but `back`, or 0 where there is none.
unsigned byte_at(std::string_view text, std::size_t back) {
  return text.size() > back ? static_cast<unsigned char>(text[text.size() - 1 - back]) : 0U;
}

CurveCsvOptions options_of(std::string_view text) {
  const unsigned last = byte_at(text, 0), before = byte_at(text, 1);
  CurveCsvOptions options{.total_steps = 24'000, .resume = static_cast<Resume>(last % 3)};
  if (last & 64) options.steps_below = 900;
  if (!(last & 32)) return options;
  if (before % 5 < 4 && (before & 32)) options.delimiter = kDelimiters[before % 5];
  options.skip_empty = before & 1;
  options.keys = before & 2 ? KeysIn::manifest : KeysIn::nowhere;
  if (before & 4) options.loss_unit = static_cast<LossUnit>(last % 3);
  if (before & 8) options.step_unit = StepUnit::tokens;
  if (before & 8) options.per_update = StepValues(std::vector<Step>{0, 100}, std::vector<double>{1.0, 2.5});
  if (before & 16) options.smoothing = Smoothing{.weight = 0.9, .debiased = (last & 1) != 0};
  if (before & 64) options.mean_over = 100;
  return options;
}

std::string csv_text(const std::vector<CurvePoint>& points) {
  std::string text = "step,loss\n";
  for (const CurvePoint& point : points) text += fmt::format("{},{}\n", point.step, number_text(point.loss));
  return text;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  const CurveCsvOptions options = options_of(fuzz::text_of(data, size));
  if (size > 0 && (data[size - 1] & 128) != 0)
    return fuzz::try_reader([&] {
      const RunLog log = read_run_log(folder.write("run.csv", fuzz::text_of(data, size)), options);
      fuzz::require(log.lost || !log.points.empty(), "a log without a row was accepted");
    });
  return fuzz::try_reader([&] {
    const LoggedCurve curve = read_curve_csv(folder.write("curve.csv", fuzz::text_of(data, size)), options);
    fuzz::require(!curve.points.empty() && curve.points.front().step >= options.mean_over, "points of cut-off windows");
    const std::string text = csv_text(curve.points);
    const auto again = read_curve_csv(folder.write("again.csv", text), {.total_steps = options.total_steps});
    fuzz::require(csv_text(again.points) == text, "the points read back as others");
  });
}
