#include "logs/column_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "logs/plain_name.hpp"
#include "losscast/base/error.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

using Names = std::vector<std::string>;

// Names that are usual, the better ones first, as plain_name() gives them. A step that the program counts itself comes
// before those of a logger, which may count its calls.
const Names kSteps = {
    "global_step", "train_global_step", "trainer_global_step", "step",   "steps",   "iteration", "iterations",
    "iter",        "train_step",        "num_updates",         "update", "updates", "_step"};
// Of columns that stand for the step where the user says how many of them an update has.
const Names kTokens = {"tokens",     "tokens_seen", "train_tokens",    "train_tokens_seen", "total_tokens",
                       "num_tokens", "n_tokens",    "consumed_tokens", "tokens_consumed"};
const Names kSamples = {"consumed_samples", "samples", "samples_seen", "train_samples", "total_samples", "num_samples"};
const Names kTraining = {"loss",
                         "train_loss",
                         "training_loss",
                         "loss_train",
                         "loss_training",
                         "train_loss_step",
                         "loss_step",
                         "lm_loss",
                         "train_lm_loss",
                         "train_ce_loss",
                         "ce_loss",
                         "cross_entropy",
                         "train_cross_entropy_loss",
                         "losses_train",
                         "value"};
const Names kValidation = {"val_loss",      "validation_loss",    "valid_loss",         "eval_loss",
                           "loss_val",      "loss_validation",    "loss_valid",         "loss_eval",
                           "dev_loss",      "lm_loss_validation", "validation_lm_loss", "val_lm_loss",
                           "valid_lm_loss", "eval_lm_loss",       "val_loss_epoch"};
const Names kRates = {"lr", "learning_rate", "train_lr", "train_learning_rate", "optim_lr", "optimizer_lr", "lr_0"};
constexpr const char* kLightningRate = "lr_";  // its LearningRateMonitor: lr-AdamW, lr-AdamW/pg1

// The first of the usual names that a column has, as the column has it; empty if there is none.
std::string usual(const Names& columns, const Names& names) {
  for (const std::string& name : names) {
    const auto found = std::ranges::find_if(columns, [&](const auto& column) { return plain_name(column) == name; });
    if (found != columns.end()) return *found;
  }
  return {};
}

Names names_of(const std::vector<const LogTable*>& tables) {
  Names names;
  for (const LogTable* table : tables)
    for (const LogColumn& column : table->columns) names.push_back(column.name);
  return names;
}

// The first few of them, in quotes.
std::string quoted(const Names& names) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i)
    text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", names[i]);
  return names.size() > kMost ? fmt::format("{} and {} more", text, names.size() - kMost) : text;
}

// The columns that a log has, for the message that it lacks one.
std::string known_names(const Names& columns) {
  return columns.empty() ? "it has no columns" : fmt::format("there are: {}", quoted(columns));
}

std::string rate_column(const Names& columns) {
  const std::string known = usual(columns, kRates);
  if (!known.empty()) return known;
  const auto monitored =
      std::ranges::find_if(columns, [](const auto& name) { return plain_name(name).starts_with(kLightningRate); });
  return monitored == columns.end() ? std::string() : *monitored;
}

void require_column(const Names& columns, const std::string& name, const char* flag, const LogTable& table) {
  if (name.empty() || std::ranges::find(columns, name) != columns.end()) return;
  throw InputError(fmt::format("there is no column \"{}\"", name), known_names(columns),
                   suggestion(name, columns, fmt::format("name one of them with {}", flag)))
      .at(table.file.string());
}

std::string usual_step(const Names& columns, const LogChoices& choices) {
  std::string name = usual(columns, kSteps);
  if (name.empty() && choices.tokens_per_step) name = usual(columns, kTokens);
  if (name.empty() && choices.samples_per_step) name = usual(columns, kSamples);
  return name;
}

}  // namespace

ColumnChoice choose_columns(const std::vector<const LogTable*>& tables, const LogChoices& choices) {
  const Names columns = names_of(tables);
  const LogTable& first = *tables.front();
  require_column(columns, choices.loss, "--loss", first);
  require_column(columns, choices.lr, "--lr", first);
  ColumnChoice choice;
  choice.lr = choices.lr.empty() ? rate_column(columns) : choices.lr;
  choice.chosen = choices.loss;
  if (!choice.chosen.empty()) return choice;
  choice.training = usual(columns, kTraining);
  choice.validation = usual(columns, kValidation);
  if (choice.training.empty() && choice.validation.empty())
    throw InputError("no column is known as a loss", known_names(columns), "name one of them with --loss")
        .at(first.file.string());
  return choice;
}

std::size_t step_column(const LogTable& table, const LogChoices& choices) {
  const Names columns = names_of({&table});
  require_column(columns, choices.step, "--step", table);
  const std::string name = choices.step.empty() ? usual_step(columns, choices) : choices.step;
  if (const auto index = column_index(table, name)) return *index;
  throw InputError("no column is known as the step", known_names(columns), "name one of them with --step")
      .at(table.file.string());
}

std::optional<std::size_t> column_index(const LogTable& table, const std::string& name) {
  const auto has_name = [&](const LogColumn& column) { return column.name == name; };
  const auto found = std::ranges::find_if(table.columns, has_name);
  if (found == table.columns.end()) return std::nullopt;
  if (std::find_if(found + 1, table.columns.end(), has_name) != table.columns.end())
    throw InputError(fmt::format("the column \"{}\" is there twice", name), "which one is meant cannot be told",
                     "rename one of them in the file")
        .at(table.file.string());
  return static_cast<std::size_t>(found - table.columns.begin());
}

}  // namespace losscast
