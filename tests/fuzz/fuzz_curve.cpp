// A curve's CSV file, also as the log of a run under way. Input: the file, whose last byte says how it is read.
#include <fmt/format.h>

#include "losscast/format/number_text.hpp"
#include "losscast/io/curve_csv.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

namespace {

CurveCsvOptions options_of(unsigned char byte) {
  CurveCsvOptions options{.total_steps = 24'000, .steps_below = {}, .resume = static_cast<Resume>(byte % 3)};
  if (byte & 64) options.steps_below = 900;
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
  const CurveCsvOptions options = options_of(size == 0 ? 0 : data[size - 1]);
  if (size > 0 && (data[size - 1] & 128) != 0)
    return fuzz::try_reader([&] {
      const RunLog log = read_run_log(folder.write("run.csv", fuzz::text_of(data, size)), options.total_steps);
      fuzz::require(log.lost || !log.points.empty(), "a log without a row was accepted");
    });
  return fuzz::try_reader([&] {
    const auto points = read_curve_csv(folder.write("curve.csv", fuzz::text_of(data, size)), options);
    const std::string text = csv_text(points);
    const auto again = read_curve_csv(folder.write("again.csv", text), {.total_steps = options.total_steps});
    fuzz::require(csv_text(again) == text, "the points read back as others");
  });
}
