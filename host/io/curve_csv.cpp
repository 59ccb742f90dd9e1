#include "losscast/io/curve_csv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "losscast/format/csv_reader.hpp"

namespace losscast {

namespace {

Step read_step(const CsvReader& reader, std::size_t column) {
  const Step step = reader.whole_number(column);
  if (step < 0)
    reader.fail(column, fmt::format("{} is negative", step), "steps count updates from 0",
                "correct it, or remove the row");
  return step;
}

double read_loss(const CsvReader& reader, std::size_t column) {
  const double loss = reader.number(column);
  if (!(loss > 0))
    reader.fail(column, fmt::format("{} is not positive", loss), "the loss is in nats per token",
                "correct it, or remove the row");
  return loss;
}

void require_within_schedule(Step step, const CurveCsvOptions& options, const CsvReader& reader, std::size_t column) {
  if (step > options.total_steps)
    reader.fail(
        column, fmt::format("step {} is past the end of the schedule", step),
        fmt::format("total_steps = {}", options.total_steps),
        fmt::format("correct the schedule, or leave such points out with steps_below = {}", options.total_steps + 1));
}

void require_ascending(Step previous, Step step, const CsvReader& reader, std::size_t column) {
  if (step > previous) return;
  const std::string problem = step == previous ? fmt::format("step {} is there twice", step)
                                               : fmt::format("step {} comes after step {}", step, previous);
  reader.fail(column, problem, "steps must ascend",
              "sort the rows; or, if the run was resumed, say in the manifest which of the repeated points to keep: "
              "resume = \"first\" or resume = \"last\"");
}

// Sorts by step and keeps one point a step. Among equal steps the order is that of the file, or the reverse of it.
void keep_one_point_a_step(std::vector<CurvePoint>& points, Resume resume) {
  if (resume == Resume::last) std::reverse(points.begin(), points.end());
  std::stable_sort(points.begin(), points.end(),
                   [](const CurvePoint& a, const CurvePoint& b) { return a.step < b.step; });
  const auto end = std::unique(points.begin(), points.end(),
                               [](const CurvePoint& a, const CurvePoint& b) { return a.step == b.step; });
  points.erase(end, points.end());
}

}  // namespace

std::vector<CurvePoint> read_curve_csv(const std::filesystem::path& file, const CurveCsvOptions& options) {
  CsvReader reader(file);
  const std::size_t step_column = reader.column("step");
  const std::size_t loss_column = reader.column("loss");

  std::vector<CurvePoint> points;
  while (reader.next_row()) {
    const Step step = read_step(reader, step_column);
    if (options.steps_below && step >= *options.steps_below) continue;
    require_within_schedule(step, options, reader, step_column);
    if (options.resume == Resume::error && !points.empty())
      require_ascending(points.back().step, step, reader, step_column);
    points.push_back({step, read_loss(reader, loss_column)});
  }
  if (points.empty() && options.steps_below)
    reader.fail("no point is left", fmt::format("steps_below = {}", *options.steps_below),
                "raise steps_below, or check the file");
  if (points.empty())
    reader.fail("there is no row below the header", "a curve needs points", "check that the run was logged");

  if (options.resume != Resume::error) keep_one_point_a_step(points, options.resume);
  return points;
}

RunLog read_run_log(const std::filesystem::path& file, Step total_steps) {
  CsvReader reader(file);
  const std::size_t step_column = reader.column("step"), loss_column = reader.column("loss");
  const CurveCsvOptions options{.total_steps = total_steps};
  RunLog log;
  Step previous = -1;
  while (reader.next_row()) {
    const Step step = read_step(reader, step_column);
    require_within_schedule(step, options, reader, step_column);
    require_ascending(previous, step, reader, step_column);
    previous = step;
    if (!reader.is_not_finite(loss_column))
      log.points.push_back({step, read_loss(reader, loss_column)});
    else if (!log.lost)
      log.lost = step;
  }
  if (previous < 0) reader.fail("there is no row below the header", "a run needs points", "check that it was logged");
  return log;
}

}  // namespace losscast
