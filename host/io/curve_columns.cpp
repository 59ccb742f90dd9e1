#include "io/curve_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "format/toml_text.hpp"
#include "io/key_in_place.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

using Names = std::vector<std::string>;

// Names that trainers give the step, the more likely one to count updates first.
constexpr std::array<std::string_view, 14> kStepNames = {
    "global_step", "step", "steps",          "update",     "updates",      "num_updates", "iteration",
    "iterations",  "iter", "optimizer_step", "train_step", "trainer_step", "n_iter",      "_step"};

// Parts of the names that trainers give losses; parts of names that look like a loss and are none; and parts of those
// of losses that are less likely to be meant.
constexpr std::array<std::string_view, 4> kLossParts = {"loss", "nll", "cross_entropy", "lm_ce"};
constexpr std::array<std::string_view, 7> kNoLossParts = {"__min",  "__max",  "loss_scale", "loss scale",
                                                          "scaler", "z_loss", "aux"};
constexpr std::array<std::string_view, 4> kOtherLossParts = {"val", "test", "epoch", "ema"};

std::string plain(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ') c = '_';
  }
  return text;
}

template <std::size_t count>
bool has_any(std::string_view text, const std::array<std::string_view, count>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

// Where the column's name stands among those of steps, whatever group it is in ("train/global_step"); their number if
// it is none.
std::size_t place_among_steps(std::string_view name) {
  const std::string text = plain(name.substr(name.rfind('/') + 1));  // all of it where there is no slash
  return static_cast<std::size_t>(std::find(kStepNames.begin(), kStepNames.end(), text) - kStepNames.begin());
}

Names sorted_by(Names names, const auto& rank) {
  std::stable_sort(names.begin(), names.end(),
                   [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  return names;
}

Names like_a_step(Names names) {
  std::erase_if(names, [](const std::string& name) { return place_among_steps(name) == kStepNames.size(); });
  return sorted_by(std::move(names), place_among_steps);
}

Names like_a_loss(Names names) {
  std::erase_if(names, [](const std::string& name) {
    const std::string text = plain(name);
    return (text != "value" && !has_any(text, kLossParts)) || has_any(text, kNoLossParts);
  });
  return sorted_by(std::move(names), [](const std::string& name) {
    const std::string text = plain(name);
    return has_any(text, kOtherLossParts) && text != "value";
  });
}

// The columns that may be the one that is called `wanted` in vain: the likely ones first.
Names candidates(const CsvReader& reader, const std::string& wanted, Names likely) {
  const Names& names = reader.names();
  if (std::find(names.begin(), names.end(), wanted) != names.end()) return {wanted};
  const std::string near = nearest(wanted, names);
  if (likely.empty() && !near.empty()) likely.push_back(near);
  return likely;
}

std::string quoted(const Names& names) {
  Names in_quotes;
  for (const std::string& name : names) in_quotes.push_back(toml_string(name));
  return fmt::format("{}", fmt::join(in_quotes, ", "));
}

std::string others_of(std::string_view key, const Names& names) {
  return names.size() < 2 ? "" : fmt::format("; or {} = {}", key, quoted({names.begin() + 1, names.end()}));
}

std::string first_or_dots(const Names& names) { return toml_string(names.empty() ? "..." : names.front()); }

// What to do with a file that is no such table.
std::string import_remedy(KeysIn keys) {
  return keys == KeysIn::command_line
             ? "; if this is a log in another format, make a table of it: losscast import LOG --out DIR"
             : "";
}

std::string keys_remedy(const CsvReader& reader, const Names& steps, const Names& losses, KeysIn keys) {
  if (reader.names().size() == 1)
    return fmt::format("if the columns are not separated by comma, tab or semicolon, say by what: {}{}",
                       key_in_place("delimiter = \" \"", keys), import_remedy(keys));
  const std::string columns = key_in_place(
      fmt::format("columns = {{ step = {}, loss = {} }}", first_or_dots(steps), first_or_dots(losses)), keys);
  if (steps.empty() || losses.empty()) return fmt::format("name both columns: {}{}", columns, import_remedy(keys));
  std::string text = fmt::format("add {}", columns);
  text += others_of("step", steps) + others_of("loss", losses);
  if (losses.size() > 1 && keys == KeysIn::manifest)
    text += "; a file of several runs may stand in several [[curve]] tables";
  return text;
}

std::string rename_remedy(const CurveColumns& wanted, const Names& steps, const Names& losses) {
  std::vector<std::string> renamed;
  if (!steps.empty() && steps.front() != wanted.step)
    renamed.push_back(fmt::format("rename the column \"{}\" to \"{}\"", steps.front(), wanted.step));
  if (!losses.empty() && losses.front() != wanted.loss)
    renamed.push_back(fmt::format("rename the column \"{}\" to \"{}\"", losses.front(), wanted.loss));
  return renamed.empty() ? "add it, or rename a column" : fmt::format("{}", fmt::join(renamed, " and "));
}

[[noreturn]] void fail_for_a_missing_one(const CsvReader& reader, const CurveColumns& wanted, KeysIn keys) {
  const Names& names = reader.names();
  const bool has_step = std::find(names.begin(), names.end(), wanted.step) != names.end();
  const Names steps = candidates(reader, wanted.step, like_a_step(names));
  const Names losses = candidates(reader, wanted.loss, like_a_loss(names));
  reader.fail(
      fmt::format("the column \"{}\" is missing", has_step ? wanted.loss : wanted.step),
      fmt::format("the header names: {}", fmt::join(names, ", ")),
      keys == KeysIn::nowhere ? rename_remedy(wanted, steps, losses) : keys_remedy(reader, steps, losses, keys));
}

}  // namespace

CurveColumnPlaces find_curve_columns(const CsvReader& reader, const CurveColumns& names, KeysIn keys) {
  const Names& there = reader.names();
  for (const std::string& name : {names.step, names.loss})
    if (std::find(there.begin(), there.end(), name) == there.end()) fail_for_a_missing_one(reader, names, keys);
  return {reader.column(names.step), reader.column(names.loss)};
}

}  // namespace losscast
