#include "losscast/io/runs_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/csv_reader.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/scaling/plausible_numbers.hpp"

namespace losscast {

namespace {

constexpr double kLost = 1.5;            // times the lowest final loss of its size and tokens
constexpr double kBatchAgrees = 2;       // ratio of batch * steps to tokens, as batches may grow during a run
constexpr double kSequencesAgree = 1.1;  // ratio of the sequence lengths that two rows imply

bool equals_word(std::string_view text, std::string_view word) {
  return std::ranges::equal(text, word, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

bool apart(double one, double other, double ratio) { return std::max(one, other) > ratio * std::min(one, other); }

class RunsFile {
 public:
  explicit RunsFile(const std::filesystem::path& file)
      : file_(file),
        reader_(file),
        params_(reader_.column("params")),
        tokens_(reader_.column("tokens")),
        lr_(reader_.column("peak_lr")),
        steps_(reader_.column("steps")),
        loss_(reader_.column("final_loss")),
        smoothed_(optional_column("smoothed_final_loss")),
        diverged_(optional_column("diverged")),
        batch_(optional_column("batch")),
        sequences_(optional_column("batch_sequences")) {}

  RunsTable read() {
    while (reader_.next_row()) read_row();
    if (!diverged_) find_lost();
    if (runs_.empty())
      reader_.fail("there is no row with a final loss", "laws of finished runs need such runs", "check the file");
    note_dropped();
    note_unlikely();
    return {std::move(runs_), std::move(notes_)};
  }

 private:
  std::optional<std::size_t> optional_column(std::string_view name) const {
    const auto& names = reader_.names();
    if (std::ranges::find(names, name) == names.end()) return std::nullopt;
    return reader_.column(name);
  }

  double positive(std::size_t column, std::string_view why) const {
    if (reader_.text(column).empty()) reader_.fail(column, "the value is missing", why, kRemedy);
    const double value = reader_.number(column);
    if (!(value > 0)) reader_.fail(column, fmt::format("{} is not positive", number_text(value)), why, kRemedy);
    return value;
  }

  double plausible(std::size_t column, const PlausibleRange& range, std::string_view why) const {
    const double value = positive(column, why);
    if (!range.holds(value))
      reader_.fail(column,
                   fmt::format("{} is not between {} and {}", number_text(value), number_text(range.low),
                               number_text(range.high)),
                   why, kRemedy);
    return value;
  }

  bool is_lost() const {
    if (!diverged_) return false;
    const std::string_view text = reader_.text(*diverged_);
    for (const std::string_view word : {"true", "1", "yes"})
      if (equals_word(text, word)) return true;
    for (const std::string_view word : {"false", "0", "no"})
      if (equals_word(text, word)) return false;
    reader_.fail(*diverged_, fmt::format("\"{}\" is neither true nor false", text),
                 "the column says whether the run was lost", "write true or false");
  }

  // Infinite for the loss of a lost run that is no number.
  double final_loss(bool lost) const {
    if (lost && reader_.text(loss_).empty()) return INFINITY;
    if (reader_.is_not_finite(loss_)) {
      if (diverged_ && !lost)
        reader_.fail(loss_, "the loss is no number", "the run is said not to have diverged", "correct either");
      return INFINITY;
    }
    const double loss = positive(loss_, kNats);
    if (loss < kPlausibleEnd.low) plausible(loss_, kPlausibleEnd, kNats);
    return loss;
  }

  double batch() const {
    const double steps = plausible(steps_, kPlausibleSteps, "the steps of a run are counted");
    const double tokens = reader_.number(tokens_);
    check_sequences(steps, tokens);
    if (!kPlausibleBatch.holds(tokens / steps))
      reader_.fail(steps_,
                   fmt::format("{} tokens in {} steps are {:.3g} a step", number_text(tokens), number_text(steps),
                               tokens / steps),
                   "both are counted one by one, and a step takes a token or more", "give both in full, such as 2e10");
    if (!batch_) return tokens / steps;
    const double batch = plausible(*batch_, kPlausibleBatch, "the batch is in tokens per step");
    if (apart(batch * steps, tokens, kBatchAgrees))
      reader_.fail(*batch_,
                   fmt::format("{} steps of {} tokens are not {} tokens", number_text(steps), number_text(batch),
                               number_text(tokens)),
                   "batch is in tokens per step", "correct it, or name a batch of sequences batch_sequences");
    return batch;
  }

  void check_sequences(double steps, double tokens) const {
    if (!sequences_) return;
    const double length = tokens / steps / positive(*sequences_, "the sequences of a batch are counted");
    if (!length_) length_ = length;
    if (apart(length, *length_, kSequencesAgree))
      reader_.fail(
          *sequences_,
          fmt::format("tokens / (steps * batch_sequences) is {:.4g}, and {:.4g} in the first row", length, *length_),
          "it is the length of a sequence, the same in all runs", "correct the row");
  }

  void read_row() {
    const bool lost = is_lost();
    if (!lost && reader_.text(loss_).empty()) {
      ++empty_;
      return;
    }
    FinishedRun run;
    run.setting.params = plausible(params_, kPlausibleParams, "the size of a model counts its parameters");
    run.setting.tokens = plausible(tokens_, kPlausibleTokens, "the tokens of a run are counted");
    run.setting.peak_lr = plausible(lr_, kPlausibleLr, "a law of the best LR needs LRs");
    run.setting.batch = batch();
    run.final_loss = final_loss(lost);
    run.diverged = lost || !std::isfinite(run.final_loss);
    if (!run.diverged) read_end(run);
    add(run);
  }

  void read_end(FinishedRun& run) const {
    if (smoothed_ && !reader_.text(*smoothed_).empty()) run.smoothed_loss = positive(*smoothed_, kNats);
    if (!diverged_) return;  // whether it went well is seen when all runs are read
    for (const std::size_t column : {loss_, smoothed_.value_or(loss_)}) {
      if (reader_.text(column).empty() || kPlausibleEnd.holds(reader_.number(column))) continue;
      reader_.fail(column, fmt::format("a run that went well ends at {}", number_text(reader_.number(column))), kGuess,
                   kConvert);
    }
  }

  void add(const FinishedRun& run) {
    const RunSetting& set = run.setting;
    const bool is_new =
        seen_.insert({set.params, set.tokens, set.batch, set.peak_lr, run.final_loss, run.smoothed_loss.value_or(0)})
            .second;
    if (is_new)
      runs_.push_back(run);
    else
      ++repeated_;
  }

  void find_lost() {
    std::map<std::pair<double, double>, double> lowest;  // by size and tokens
    for (const FinishedRun& run : runs_) {
      double& least = lowest.try_emplace({run.setting.params, run.setting.tokens}, INFINITY).first->second;
      least = std::min(least, run.final_loss);
    }
    std::size_t lost = 0;
    for (FinishedRun& run : runs_) {
      run.diverged = run.diverged || run.final_loss > kLost * lowest.at({run.setting.params, run.setting.tokens});
      lost += run.diverged ? 1 : 0;
      require_plausible_end(run);
    }
    note(
        fmt::format("there is no column diverged: {} taken for lost whose final loss is no number, or more than 50% "
                    "above the lowest of the same size and tokens",
                    counted(lost, "run")));
  }

  // Of a run of a table without the column diverged.
  void require_plausible_end(const FinishedRun& run) const {
    if (run.diverged) return;
    for (const double loss : {run.final_loss, run.best_known_loss()})
      if (!kPlausibleEnd.holds(loss))
        throw InputError(fmt::format("the run of {:.4g} parameters and {:.4g} tokens at the LR {:.4g}, which seems to "
                                     "have gone well, ends at {}",
                                     run.setting.params, run.setting.tokens, run.setting.peak_lr, number_text(loss)),
                         kGuess, kConvert)
            .at(file_.string());
  }

  void note_unlikely() {
    const auto small =
        std::ranges::count_if(runs_, [](const FinishedRun& run) { return run.setting.params < kFewestUsual; });
    if (small > 0)
      note(fmt::format("{} of models with fewer than {:.0f} parameters: params counts them one by one, such as 2.1e8",
                       counted(small, "run"), kFewestUsual));
    if (std::ranges::all_of(runs_, [](const FinishedRun& run) { return run.setting.params > run.setting.tokens; }))
      note("all models have more parameters than tokens: see that the columns params and tokens are not swapped");
    const auto above_loss = [](const FinishedRun& run) { return run.setting.peak_lr > run.best_known_loss(); };
    if (std::ranges::all_of(runs_, above_loss))
      note("all LRs are above the losses: see that the columns peak_lr and final_loss are not swapped");
  }

  void note_dropped() {
    if (empty_ > 0) note(fmt::format("{} without a final loss left out", counted(empty_, "row")));
    if (repeated_ > 0) note(fmt::format("{} that repeat another one left out", counted(repeated_, "row")));
  }

  void note(std::string_view text) { notes_.push_back(fmt::format("{}: {}.", file_.filename().string(), text)); }

  static constexpr std::string_view kRemedy = "correct it, or remove the row";
  static constexpr std::string_view kNats = "the loss is in nats per token";
  static constexpr std::string_view kGuess =
      "losses are in nats per token, of which a uniform guess among 50,000 tokens has 10.8";
  static constexpr std::string_view kConvert = "convert perplexities by their logarithm, or say that the run diverged";

  std::filesystem::path file_;
  CsvReader reader_;
  std::size_t params_, tokens_, lr_, steps_, loss_;
  std::optional<std::size_t> smoothed_, diverged_, batch_, sequences_;
  mutable std::optional<double> length_;  // of a sequence, by the first row
  std::vector<FinishedRun> runs_;
  std::set<std::array<double, 6>> seen_;
  std::size_t empty_ = 0, repeated_ = 0;  // rows
  std::vector<std::string> notes_;
};

}  // namespace

RunsTable read_runs_csv(const std::filesystem::path& file) { return RunsFile(file).read(); }

}  // namespace losscast
