#include "logs/column_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include "logs/plain_name.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

struct UnitWords {
  const char* unit;
  const char* remedy;
};

constexpr UnitWords kTokens = {"tokens", "--tokens-per-step N"}, kSamples = {"samples", "--samples-per-step N"},
                    kEither = {"tokens or samples", "--tokens-per-step N or --samples-per-step N"};

template <std::size_t n>
bool has_word(const std::string& name, const std::array<const char*, n>& words) {
  const std::set<std::string> of_name = words_of_name(name);
  return std::ranges::any_of(words, [&](const char* word) { return of_name.contains(word); });
}

std::optional<UnitWords> unit_by_name(const std::string& name) {
  constexpr std::array kOfTokens = {"token", "tokens"};
  constexpr std::array kOfSamples = {"sample", "samples", "sequences", "seqs", "examples"};
  if (has_word(name, kOfTokens)) return kTokens;
  if (has_word(name, kOfSamples)) return kSamples;
  return std::nullopt;
}

double highest_of(const LogColumn& steps) {
  double highest = 0;
  for (const LogCell& cell : steps.cells) highest = std::max(highest, cell.value);
  return highest;
}

// Whether the numbers are too high for updates: no run has a billion of them, and one of ten million is hardly logged
// at multiples of 1024 alone, as it is where tokens of batches are counted.
bool are_too_large(const LogColumn& steps) {
  constexpr double kMostUpdates = 1e9, kMany = 1e7, kBatch = 1024;
  const double highest = highest_of(steps);
  if (highest < kMany) return false;
  return highest >= kMostUpdates ||
         std::ranges::all_of(steps.cells, [](const LogCell& cell) { return std::fmod(cell.value, kBatch) == 0; });
}

[[noreturn]] void fail(const LogTable& table, const LogColumn& steps, const UnitWords& words, std::string_view why) {
  throw InputError(
      fmt::format("this column counts {}, it seems", words.unit), why,
      fmt::format("name a column of updates with --step, or say with {} how many an update has", words.remedy))
      .at(steps.name)
      .at(table.file.string());
}

// Where the column counts updates, their number is taken for one of tokens or samples.
void require_one_update(const LogTable& table, const LogColumn& steps, const LogChoices& choices) {
  const double highest = highest_of(steps), units = units_per_update(choices);
  if (steps.cells.size() < 2 || highest >= units) return;
  const char* flag = choices.tokens_per_step ? "--tokens-per-step" : "--samples-per-step";
  throw InputError(fmt::format("this column counts updates, it seems: it goes to {} only", number_text(highest)),
                   fmt::format("{} says that an update has {}", flag, number_text(units)),
                   fmt::format("leave {} out, or name the column that counts {} with --step", flag,
                               choices.tokens_per_step ? "tokens" : "samples"))
      .at(steps.name)
      .at(table.file.string());
}

}  // namespace

void require_updates(const LogTable& table, const LogColumn& steps, const LogChoices& choices) {
  if (choices.tokens_per_step || choices.samples_per_step) return require_one_update(table, steps, choices);
  if (const auto unit = unit_by_name(steps.name)) fail(table, steps, *unit, "its name says so");
  if (are_too_large(steps))
    fail(table, steps, kEither, fmt::format("it goes to {}, too far for updates", number_text(highest_of(steps))));
}

double units_per_update(const LogChoices& choices) {
  return choices.tokens_per_step.value_or(choices.samples_per_step.value_or(1));
}

std::string conversion_note(const LogColumn& steps, const LogChoices& choices) {
  const double units = units_per_update(choices);
  if (units == 1) return {};
  const auto is_between = [&](const LogCell& cell) {
    const double updates = cell.value / units;
    return std::abs(updates - std::nearbyint(updates)) > 1e-3;
  };
  const auto between = std::ranges::count_if(steps.cells, is_between);
  const std::string note = fmt::format("the steps are those of {} over {}", steps.name, number_text(units));
  return between == 0 ? note
                      : fmt::format("{}; {} of them lie between two updates and go to the nearest", note, between);
}

LoggedUnit loss_unit(const std::string& column) {
  constexpr std::array kOfPerplexity = {"ppl", "perplexity", "valppl", "evalppl", "trainppl"};
  constexpr std::array kOfBits = {"bits", "bpb", "bpc", "bpt"};  // not "bit": of a model in 8-bit numbers
  if (has_word(column, kOfPerplexity)) return LoggedUnit::perplexity;
  return has_word(column, kOfBits) ? LoggedUnit::bits : LoggedUnit::nats;
}

}  // namespace losscast
