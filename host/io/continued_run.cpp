#include "io/continued_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "losscast/format/number_text.hpp"
#include "losscast/schedule/continuation.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

constexpr const char *kContinues = "continues", *kAt = "continues_at", *kCount = "count_from";

std::size_t place_of_first(const DocumentNode::List& curves, std::size_t own) {
  const DocumentNode& key = curves[own].at(kContinues);
  std::vector<std::string> others;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    if (i == own) continue;
    others.push_back(curves[i].at("name").text());
    if (others.back() == key.text()) return i;
  }
  key.fail(fmt::format("\"{}\" is no other curve of this manifest", key.text()), "a run continues one",
           suggestion(key.text(), others, "add that run, or remove the key"));
}

void require_continues(const DocumentNode& curve) {
  for (const char* key : {kAt, kCount})
    if (const DocumentNode* node = curve.find(key))
      node->fail("this run continues no other", "the key says how it does", "add continues = \"NAME\", or remove it");
}

// What must be the same in both runs, where the later one says it; otherwise it takes that of the first.
void take_over(const CurveTables& tables, const char* key, const std::optional<double>& first,
               std::optional<double>& own) {
  const DocumentNode* node = tables.find(key);
  if (!node) own = first;
  if (node && !first)
    node->fail(fmt::format("the run that this one continues does not say its {}", key),
               "both go on with the same weights", "say it there, or leave this key out");
  if (node && own != first)
    node->fail(
        fmt::format("{} is not the {} of the run that this one continues", number_text(*own), number_text(*first)),
        "it goes on with the weights of that one", "correct one of them, or leave this key out");
}

void take_over_optimizer(const CurveTables& tables, const Curve& first, Curve& curve) {
  const DocumentNode* node = tables.find("optimizer");
  if (!node) curve.optimizer = first.optimizer;
  if (curve.optimizer != first.optimizer)
    node->fail(
        fmt::format("\"{}\" is not the \"{}\" of the run that this one continues", curve.optimizer, first.optimizer),
        "what changes with the optimiser no model follows", "correct one of them, or leave this key out");
}

// Both recipes say each quantity, or neither does.
void complete_series(const CurveTables& tables, const ReadCurve& first, Recipe& before, Recipe& own) {
  const Step last = before.total_steps() - 1;
  if (own.weight_decay && !before.weight_decay) before.weight_decay = first.curve.weight_decay;
  if (before.weight_decay && !own.weight_decay) own.weight_decay = before.weight_decay->at(last);
  if (own.batch && !before.batch)
    tables.curve.at(kContinues)
        .fail(fmt::format("the tokens of an update of \"{}\" are not known", first.curve.name), "those of this run are",
              "give tokens_per_step for that run too");
  if (before.batch && !own.batch) own.batch = before.batch->at(last);
}

Step read_at(const CurveTables& tables, const Curve& first) {
  const Step end = first.recipe.total_steps();
  const DocumentNode* node = tables.curve.find(kAt);
  if (!node) return end;
  const Step at = node->whole_number();
  if (at < 1)
    node->fail(fmt::format("{} is no step that \"{}\" has reached", at, first.name), "this run begins there",
               "give 1 or more");
  if (!first.branch_of.empty() && at < first.points.front().step)
    node->fail(fmt::format("at {} \"{}\" had not yet begun", at, first.name),
               "the step counts from the beginning of the first of all runs, as those of its log do in a fit",
               fmt::format("give {} or more, or name the run that was continued there", first.points.front().step));
  if (at > end)
    node->fail(fmt::format("{} is past the end of \"{}\"", at, first.name), fmt::format("that run has {} updates", end),
               fmt::format("give {} or less", end));
  return at;
}

bool read_steps_from_zero(const CurveTables& tables) {
  const DocumentNode* node = tables.curve.find(kCount);
  if (!node || node->text() == "run") return false;
  if (node->text() == "phase") return true;
  node->fail(fmt::format("\"{}\" is unknown", node->text()), "it says from where the steps of the log count",
             "give \"run\" for the beginning of the first run, or \"phase\" for the beginning of this one");
}

// Of a schedule of phases, whether it begins with what the first run did.
void require_schedule_of_this_phase(const CurveTables& tables, const Recipe& own, const Recipe& before) {
  constexpr Step kCompared = 256;
  constexpr double kSame = 1e-9;
  const DocumentNode& schedule = tables.curve.at("schedule");
  const Step updates = before.total_steps();
  if (schedule.at("family").text() != "phases" || own.total_steps() <= updates) return;
  for (Step i = 0; i < kCompared; ++i) {
    const Step s = updates * i / kCompared;
    if (std::abs(own.schedule.lr(s) - before.schedule.lr(s)) > kSame * before.peak_lr()) return;
  }
  schedule.fail("it contains the run that this one continues", "with continues it is that of the later phase alone",
                "leave the first phase out, or write branch_of in place of continues");
}

void require_same_words(const CurveTables& tables, const ReadCurve& first) {
  if (const DocumentNode* node = tables.find("data"); node && node->text() != first.data)
    node->fail(first.data.empty()
                   ? fmt::format("the data of \"{}\" are not said to be \"{}\"", first.curve.name, node->text())
                   : fmt::format("\"{}\" continues on other data, \"{}\"", first.curve.name, node->text()),
               "a fit knows nothing of the loss on other data",
               "fit the runs on each data by themselves, or say the same where they are the same; "
               "`losscast update --new-data-at` forecasts a run on other data from its first losses on them");
  const DocumentNode* unit = tables.find("loss_unit");
  const std::string own = unit ? unit->text() : "nats";
  if (own != first.loss_unit)
    (unit ? *unit : tables.curve.at(kContinues))
        .fail(fmt::format("losses are in {}, those of \"{}\" in {}", own, first.curve.name, first.loss_unit),
              "one run is logged in one unit", "correct one of the two");
}

}  // namespace

const std::vector<std::string>& continuation_keys() {
  static const std::vector<std::string> kKeys = {kContinues, kAt, kCount};
  return kKeys;
}

std::vector<std::size_t> reading_order(const DocumentNode::List& curves) {
  std::vector<std::size_t> order;
  std::vector<bool> placed(curves.size(), false);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    std::vector<std::size_t> chain;  // from this curve back to one that was placed or continues none
    for (std::size_t at = i; !placed[at]; at = place_of_first(curves, at)) {
      if (std::find(chain.begin(), chain.end(), at) != chain.end())
        curves[i]
            .at(kContinues)
            .fail("the runs continue each other in a circle", "one of them was the first", "remove its key");
      chain.push_back(at);
      if (!curves[at].find(kContinues)) break;
    }
    for (; !chain.empty(); chain.pop_back()) {
      order.push_back(chain.back());
      placed[chain.back()] = true;
    }
  }
  for (const DocumentNode& curve : curves)
    if (!curve.find(kContinues)) require_continues(curve);
  return order;
}

Continuation read_continuation(const CurveTables& tables, Recipe own, const ReadCurve& first) {
  if (const DocumentNode* branch = tables.curve.find("branch_of"))
    branch->fail("this run continues another one already", "with branch_of a schedule is that of the whole run",
                 "remove branch_of, or continues with what belongs to it");
  require_same_words(tables, first);
  const Step at = read_at(tables, first.curve);
  Recipe before = first.curve.recipe;
  before.schedule = Schedule(first_updates(before.schedule, at), before.schedule.stated_warmup_end());
  require_schedule_of_this_phase(tables, own, before);
  complete_series(tables, first, before, own);
  Recipe whole = continued_recipe(before, at, own);
  return {std::move(whole), std::move(own), at, read_steps_from_zero(tables)};
}

void continue_curve(const CurveTables& tables, const Continuation& continuation, const Curve& first, Curve& curve) {
  take_over(tables, "params", first.params, curve.params);
  take_over(tables, "initial_rms", first.initial_rms, curve.initial_rms);
  take_over_optimizer(tables, first, curve);
  curve.branch_of = first.name;
  curve.family = "phases";
  const Step at = continuation.at, begin = curve.points.front().step, end = curve.points.back().step;
  const DocumentNode& key = tables.curve.at(kContinues);
  if (continuation.steps_from_zero) {
    for (CurvePoint& point : curve.points) point.step += at;
    if (curve.steps_from) *curve.steps_from += at;
    return;
  }
  if (begin < at)
    key.fail(fmt::format("the log has step {}, before the branch at {}", begin, at),
             fmt::format("until there the run is that of \"{}\"", first.name),
             "leave these rows out, or add count_from = \"phase\" if steps count from the branch");
  if (!tables.curve.find(kCount) && end <= continuation.own.total_steps())
    key.fail(fmt::format("the log's steps {} to {} may count from the beginning of the first run or of this one", begin,
                         end),
             "both lie within the schedule", "add count_from = \"run\" or count_from = \"phase\"");
}

}  // namespace losscast
