#include "losscast/io/curve_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "io/curve_columns.hpp"
#include "io/key_in_place.hpp"
#include "io/unsmooth.hpp"
#include "io/update_count.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/format/csv_reader.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

constexpr double kWholeUpdate = 1e-3;      // a step is one update if it is this near to it
constexpr double kRoundingAllowed = 1e-2;  // nats, root mean square, of losses whose smoothing is undone
constexpr double kHighest = 12;            // nats at the end and of half the rows: 160,000 tokens equally likely
constexpr double kHighestBegin = 100;      // nats
constexpr std::size_t kEnd = 5;            // rows, whose median is taken for where a curve begins or ends
constexpr double kMostZero = 0.25;         // share of the rows whose loss is 0, where the others are a curve
constexpr int kAllDigits = 16;             // decimals, of which rounding does not matter

// A row that is read: its loss is in the file's unit, and may be lost where the run was resumed.
struct Row {
  Step step;
  double loss;
  std::size_t number;  // of the row below the header, from 1
};

// Whether a log says so that there is no value.
bool is_empty(std::string_view text) {
  static constexpr std::string_view kWords[] = {"", "nan", "null", "none", "na", "n/a"};
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords);
}

int decimals_of(std::string_view number) {
  if (number.find_first_of("eE") != std::string_view::npos) return kAllDigits;
  const std::size_t point = number.find('.');
  return point == std::string_view::npos ? 0 : static_cast<int>(number.size() - point - 1);
}

Step checked_step(const CsvReader& reader, std::size_t column, Step step) {
  if (step < 0)
    reader.fail(column, fmt::format("{} is negative", step), "steps count updates from 0",
                "correct it, or remove the row");
  return step;
}

double read_loss(const CsvReader& reader, std::size_t column, LossUnit unit) {
  const double loss = reader.number(column);
  if (unit == LossUnit::perplexity && !(loss > 1))
    reader.fail(column, fmt::format("{} is not above 1", loss), "the loss is a perplexity here",
                "correct it, or remove the row");
  if (!(loss > 0))
    reader.fail(column, fmt::format("{} is not positive", loss),
                "a loss in nats per token is above 0, and so is a norm", "correct it, or remove the row");
  return loss;
}

void require_within_schedule(Step step, const CurveCsvOptions& options, const CsvReader& reader, std::size_t column) {
  if (step > options.total_steps)
    reader.fail(
        column, fmt::format("step {} is past the end of the schedule", step),
        fmt::format("total_steps = {}", options.total_steps),
        options.keys == KeysIn::nowhere
            ? "correct the schedule, or remove such rows"
            : fmt::format("correct the schedule, or leave such points out with {}",
                          key_in_place(fmt::format("steps_below = {}", options.total_steps + 1), options.keys)));
}

[[noreturn]] void fail_for_order(Step first, Step previous, Step step, KeysIn keys, const CsvReader& reader,
                                 std::size_t column) {
  const std::string problem = step == previous ? fmt::format("step {} is there twice", step)
                                               : fmt::format("step {} comes after step {}", step, previous);
  if (keys == KeysIn::nowhere) reader.fail(column, problem, "steps must ascend", "sort the rows, one a step");
  const std::string branch = fmt::format("if the run was resumed, say which branch to keep: {}, or resume = \"first\"",
                                         key_in_place("resume = \"last\"", keys));
  if (step <= first && step < previous)
    reader.fail(column, problem, "steps must ascend, and here they begin anew",
                fmt::format("if another run begins here, write its rows into a file of its own{}; {}",
                            keys == KeysIn::manifest ? " with a [[curve]] of its own" : "", branch));
  reader.fail(column, problem, "steps must ascend", fmt::format("sort the rows; or, {}", branch));
}

// Leaves out what Resume::first or Resume::last leaves out; the rest has ascending steps.
void keep_one_branch(std::vector<Row>& rows, Resume resume) {
  std::vector<Row> kept;
  kept.reserve(rows.size());
  for (const Row& row : rows) {
    if (resume == Resume::last)
      while (!kept.empty() && kept.back().step >= row.step) kept.pop_back();
    if (kept.empty() || kept.back().step < row.step) kept.push_back(row);
  }
  rows = std::move(kept);
}

// The distance between neighbours; nothing if they differ by more than `slack`. The first point may stand elsewhere, as
// where a trainer logs its first update too.
std::optional<Step> regular_distance(const std::vector<Row>& rows, Step slack) {
  if (rows.size() < 3) return std::nullopt;
  const Step distance = rows[2].step - rows[1].step;
  for (std::size_t i = 2; i < rows.size(); ++i)
    if (std::abs(rows[i].step - rows[i - 1].step - distance) > slack) return std::nullopt;
  return distance;
}

double median_loss(std::vector<Row> rows) {
  const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
  std::nth_element(rows.begin(), middle, rows.end(), [](const Row& a, const Row& b) { return a.loss < b.loss; });
  return middle->loss;
}

// What turns steps of another unit into updates.
std::optional<UpdateCount> update_count_of(const CurveCsvOptions& options) {
  if (options.step_unit == StepUnit::updates) return std::nullopt;
  return UpdateCount(options.per_update.value());
}

// What to do with a loss that is infinite or a NaN.
enum class LostLoss { refuse, tell };

// Reads one file in the order of its rows, then makes points of what is left.
class CurveFile {
 public:
  CurveFile(const std::filesystem::path& file, const CurveCsvOptions& options, LostLoss lost_loss)
      : file_(file),
        options_(options),
        lost_loss_(lost_loss),
        reader_(file, options.delimiter),
        columns_(find_curve_columns(reader_, options.columns, options.keys)),
        unit_(options.loss_unit.value_or(LossUnit::nats)),
        update_count_(update_count_of(options)) {}

  // The first step whose loss is lost; known once the file is read.
  std::optional<Step> lost() const { return lost_; }

  LoggedCurve read() {
    read_rows();
    note_converted_steps();
    keep_branch();
    undo_smoothing();
    drop_windows_cut_off();
    convert_losses();
    return std::move(curve_);
  }

 private:
  void read_rows() {
    Step first = 0;
    for (std::size_t number = 1; reader_.next_row(); ++number) {
      if (options_.skip_empty && (has_no_value(columns_.step) || (has_no_value(columns_.loss) && !may_be_lost()))) {
        ++empty_;
        continue;
      }
      require_not_empty(columns_.step);
      const Step step = read_step();
      if (options_.steps_below && step >= *options_.steps_below) continue;
      require_within_schedule(step, options_, reader_, columns_.step);
      require_not_empty(columns_.loss);
      if (is_zero()) {
        zero_.push_back({step, 0, number});
        continue;
      }
      if (rows_.empty()) first = step;
      if (options_.resume == Resume::error && !rows_.empty() && step <= rows_.back().step)
        fail_for_order(first, rows_.back().step, step, options_.keys, reader_, columns_.step);
      rows_.push_back({step, loss_of_row(), number});
    }
    leave_out_zeros();
    require_rows();
    if (empty_ > 0) note(fmt::format("{} without a step or a loss left out (skip_empty)", counted(empty_, "row")));
  }

  bool has_no_value(std::size_t column) const { return is_empty(reader_.text(column)); }

  // Whether the loss is infinite or a NaN, as it may be in a run that is lost.
  bool may_be_lost() const { return lost_loss_ == LostLoss::tell && reader_.is_not_finite(columns_.loss); }

  // Where the run was resumed, what is no number may lie in a branch that was abandoned.
  void require_not_empty(std::size_t column) const {
    if (options_.keys == KeysIn::nowhere || !has_no_value(column)) return;
    if (options_.resume != Resume::error && reader_.is_not_finite(column)) return;
    if (column == columns_.loss && may_be_lost()) return;
    const std::string text(reader_.text(column));
    reader_.fail(column, text.empty() ? "the value is missing" : text + " is not a finite number", "a number is wanted",
                 fmt::format("{}, or leave out all such rows with {}", text.empty() ? "fill it in" : "remove the row",
                             key_in_place("skip_empty = true", options_.keys)));
  }

  // Whether the loss is 0, as some loggers write where there was none.
  bool is_zero() const {
    return options_.keys != KeysIn::nowhere && !reader_.is_not_finite(columns_.loss) &&
           reader_.number(columns_.loss) == 0;
  }

  // A few such rows are left out; of many the first is refused, as the column is hardly that of the loss.
  void leave_out_zeros() {
    if (zero_.empty()) return;
    const auto all = static_cast<double>(rows_.size() + zero_.size());
    if (static_cast<double>(zero_.size()) > kMostZero * all) {
      CsvReader again(file_, reader_.delimiter());
      go_to(zero_.front(), again);
      read_loss(again, columns_.loss, unit_);
    }
    note(
        fmt::format("{} with a loss of 0 left out, from step {} on", counted(zero_.size(), "row"), zero_.front().step));
  }

  static void go_to(const Row& row, CsvReader& reader) {
    for (std::size_t number = 0; number < row.number; ++number) reader.next_row();
  }

  Step read_step() {
    if (!update_count_) return checked_step(reader_, columns_.step, reader_.whole_number(columns_.step));
    const double value = reader_.number(columns_.step);
    if (value < 0) checked_step(reader_, columns_.step, -1);
    const double updates = update_count_->after(value);
    const double nearest = std::nearbyint(updates);
    if (!is_exact_integer(nearest))
      reader_.fail(columns_.step, fmt::format("these are {} updates", number_text(updates)), "nothing runs so long",
                   "correct it, or the number of samples or tokens of an update");
    const double off = std::abs(updates - nearest);
    if (off > kWholeUpdate) ++rounded_;
    furthest_off_ = std::max(furthest_off_, off);
    return static_cast<Step>(nearest);
  }

  // A loss that is none may lie in a branch that was abandoned: then it does not matter.
  double loss_of_row() {
    if ((options_.resume != Resume::error || may_be_lost()) && reader_.is_not_finite(columns_.loss))
      return std::nan("");
    decimals_ = std::max(decimals_, decimals_of(reader_.text(columns_.loss)));
    return read_loss(reader_, columns_.loss, unit_);
  }

  void require_rows() const {
    if (!rows_.empty()) return;
    if (options_.steps_below)
      reader_.fail("no point is left", fmt::format("steps_below = {}", *options_.steps_below),
                   "raise steps_below, or check the file");
    if (empty_ > 0)
      reader_.fail("no row has both a step and a loss", "a curve needs points",
                   "check that columns names the right ones");
    reader_.fail("there is no row below the header", "a curve needs points", "check that the run was logged");
  }

  void note_converted_steps() {
    if (!update_count_) return;
    const bool tokens = options_.step_unit == StepUnit::tokens;
    std::string text = fmt::format("steps converted from {} to updates: the last is {}", tokens ? "tokens" : "samples",
                                   rows_.back().step);
    if (rounded_ > 0)
      text +=
          fmt::format("; {} of {} fell between two updates, by up to {:.2g} of one, and went to the nearest: check {}",
                      rounded_, rows_.size(), furthest_off_, tokens ? "tokens_per_step" : "samples_per_step");
    note(text);
  }

  void keep_branch() {
    const std::size_t all = rows_.size();
    if (options_.resume != Resume::error) keep_one_branch(rows_, options_.resume);
    dropped_ = all - rows_.size();
    if (dropped_ > 0)
      note(fmt::format("{} of {} left out where the run was resumed (resume = \"{}\")", dropped_, counted(all, "row"),
                       options_.resume == Resume::last ? "last" : "first"));
    set_lost_aside();
  }

  void set_lost_aside() {
    const auto is_lost = [](const Row& row) { return std::isnan(row.loss); };
    const auto first = std::find_if(rows_.begin(), rows_.end(), is_lost);
    if (first == rows_.end()) return;
    if (lost_loss_ == LostLoss::refuse) fail_for_lost(*first);
    lost_ = first->step;
    std::erase_if(rows_, is_lost);
  }

  // Says what is wrong with a loss of which is known only now that it is needed.
  [[noreturn]] void fail_for_lost(const Row& row) const {
    CsvReader again(file_, reader_.delimiter());
    go_to(row, again);
    again.fail(columns_.loss, fmt::format("{} is not a finite number", again.text(columns_.loss)),
               "the branch that is kept has it", "remove the row, and check the run that logged it");
  }

  void undo_smoothing() {
    if (!options_.smoothing || rows_.empty()) return;
    const auto refuse = [&](std::string_view why) {
      reader_.fail("the smoothing cannot be undone", why,
                   "export unsmoothed values: set the smoothing of the panel to 0, or read the log itself; then remove "
                   "the key smoothing");
    };
    if (dropped_ > 0) refuse("the run was resumed, and what its average remembered is unknown");
    if (!regular_distance(rows_, options_.step_unit == StepUnit::updates ? 0 : 1))
      refuse("steps are not equally spaced, so that rows of the average may be missing");
    const double rounding = rounding_error() * error_growth(*options_.smoothing);
    if (rounding > kRoundingAllowed)
      refuse(fmt::format("losses have {}, and undoing it makes an error of {:.2g} nats of their rounding",
                         counted(decimals_, "decimal"), rounding));
    std::vector<double> losses;
    for (const Row& row : rows_) losses.push_back(row.loss);
    unsmooth(*options_.smoothing, losses);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!(losses[i] > (unit_ == LossUnit::perplexity ? 1 : 0)))
        refuse(fmt::format("at step {} it would give a loss of {:.4g}: these values are no such average", rows_[i].step,
                           losses[i]));
      rows_[i].loss = losses[i];
    }
    note(fmt::format(
        "the smoothing of weight {} was undone; the rounding of the file makes an error of about {:.1g} nats",
        number_text(options_.smoothing->weight), rounding));
  }

  // Of the losses as they were logged, in nats, root mean square.
  double rounding_error() const {
    const double error = std::pow(10.0, -decimals_) / std::sqrt(12.0);
    if (unit_ == LossUnit::bits) return error * std::numbers::ln2;
    if (unit_ == LossUnit::nats) return error;
    const auto lower = [](const Row& a, const Row& b) { return a.loss < b.loss; };
    return error / std::min_element(rows_.begin(), rows_.end(), lower)->loss;
  }

  void drop_windows_cut_off() {
    const std::size_t all = rows_.size();
    std::erase_if(rows_, [&](const Row& row) { return row.step < options_.mean_over; });
    if (all > 0 && rows_.empty())
      reader_.fail("no point is left",
                   fmt::format("each averages over {} updates, and no step is as high", options_.mean_over),
                   "lower mean_over");
    if (rows_.size() < all)
      note(fmt::format("{} before update {} left out: fewer updates were done than a point averages over",
                       counted(all - rows_.size(), "row"), options_.mean_over));
  }

  void convert_losses() {
    if (!options_.loss_unit && options_.keys != KeysIn::nowhere && !rows_.empty()) question_nats();
    for (const Row& row : rows_) {
      double nats = row.loss;
      if (unit_ == LossUnit::bits) nats *= std::numbers::ln2;
      if (unit_ == LossUnit::perplexity) nats = std::log(nats);
      curve_.points.push_back({row.step, nats});
    }
    if (unit_ != LossUnit::nats && !rows_.empty())
      note(fmt::format("losses converted from {} to nats: the last is {:.4g}",
                       unit_ == LossUnit::bits ? "bits" : "perplexities", curve_.points.back().loss));
  }

  // Refuses losses that are too high for nats. Those of a run that may be lost are taken, with a note.
  void question_nats() {
    const auto end = static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(rows_.size() / 2, 1, kEnd));
    const double first = median_loss({rows_.begin(), rows_.begin() + end});
    const double last = median_loss({rows_.end() - end, rows_.end()});
    const auto high = std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.loss > kHighest; });
    if (first <= kHighestBegin && last <= kHighest && 2 * static_cast<std::size_t>(high) <= rows_.size()) return;
    const std::string problem = fmt::format("the losses go from {:.4g} to {:.4g}", first, last);
    const std::string remedy = fmt::format("say what they are: {} (or \"bits\", or \"nats\" to take them as they are)",
                                           key_in_place("loss_unit = \"perplexity\"", options_.keys));
    if (lost_loss_ == LostLoss::tell)
      return note(fmt::format("{}, and are taken for nats per token; if they are not, {}", problem, remedy));
    reader_.fail(problem, "they are taken for nats per token, of which a uniform guess among 50,000 tokens has 10.8",
                 remedy);
  }

  void note(std::string_view text) { curve_.notes.push_back(fmt::format("{}: {}.", file_.filename().string(), text)); }

  std::filesystem::path file_;
  const CurveCsvOptions& options_;
  LostLoss lost_loss_;
  CsvReader reader_;
  CurveColumnPlaces columns_;
  LossUnit unit_;
  std::optional<UpdateCount> update_count_;  // where steps are in another unit
  std::vector<Row> rows_, zero_;
  std::size_t empty_ = 0, rounded_ = 0, dropped_ = 0;  // rows
  double furthest_off_ = 0;                            // of an update, by which steps were rounded
  int decimals_ = 0;                                   // of the loss that has most
  std::optional<Step> lost_;
  LoggedCurve curve_;
};

}  // namespace

LoggedCurve read_curve_csv(const std::filesystem::path& file, const CurveCsvOptions& options) {
  return CurveFile(file, options, LostLoss::refuse).read();
}

RunLog read_run_log(const std::filesystem::path& file, const CurveCsvOptions& options) {
  CurveFile log(file, options, LostLoss::tell);
  LoggedCurve curve = log.read();
  return {std::move(curve.points), log.lost(), std::move(curve.notes)};
}

}  // namespace losscast
