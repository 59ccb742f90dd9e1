// `losscast list`: what there is to choose from.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/model/model.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

struct Objective {
  const char* name;
  const char* meaning;
};

constexpr Objective kObjectives[] = {
    {"mean", "the expected final loss"},
    {"quantile", "{ quantile = P }: what the final loss stays below with probability P"},
    {"tail_mean", "{ tail_mean = P }: the mean of the final losses beyond that, the worst 1 - P of them"},
    {"steps_to_loss", "{ steps_to_loss = L }: the fewest steps after which the best expected loss is L"}};

std::string_view word_of(ModelParameter::Scale scale) { return scale == ModelParameter::Scale::log ? "log" : "linear"; }

std::string_view word_of(FamilyArgument::Kind kind) {
  using Kind = FamilyArgument::Kind;
  switch (kind) {
    case Kind::rate:
      return "rate";
    case Kind::step:
      return "step";
    case Kind::fraction:
      return "fraction";
    case Kind::number:
      return "number";
    case Kind::word:
      return "word";
    case Kind::numbers:
      return "numbers";
    case Kind::phases:
      return "phases";
    case Kind::weight_decay:
    case Kind::batch:
      return "number|stairs";
  }
  return {};
}

Json models_json() {
  Json list = Json::array();
  for (const SdeModel* model : models()) {
    Json parameters = Json::array();
    for (const ModelParameter& p : model->parameters()) {
      const Json prior =
          p.prior ? Json{{"mean", p.prior->mean}, {"standard_deviation", p.prior->standard_deviation}} : Json(nullptr);
      parameters.push_back({{"name", p.name},
                            {"unit", p.unit},
                            {"meaning", p.meaning},
                            {"lower", p.lower},
                            {"upper", p.upper},
                            {"scale", word_of(p.scale)},
                            {"prior", prior}});
    }
    list.push_back({{"name", model->name()},
                    {"summary", model->summary()},
                    {"states", model->states()},
                    {"parameters", parameters}});
  }
  return {{"models", list}};
}

std::string models_text() {
  std::string text;
  for (const SdeModel* model : models()) {
    TextTable table;
    for (const ModelParameter& p : model->parameters())
      table.add_row({"  " + std::string(p.name), std::string(p.unit),
                     fmt::format("{} to {}", number_text(p.lower), number_text(p.upper)), std::string(p.meaning)});
    text += fmt::format("{}{}: {}\n{}", text.empty() ? "" : "\n", model->name(), model->summary(), table.text());
  }
  return text;
}

Json families_json() {
  Json list = Json::array();
  for (const Family& family : families()) {
    Json arguments = Json::array();
    for (const FamilyArgument& a : family.arguments)
      arguments.push_back({{"name", a.name},
                           {"kind", word_of(a.kind)},
                           {"meaning", a.meaning},
                           {"default", a.default_text.empty() ? Json(nullptr) : Json(a.default_text)},
                           {"choices", a.choices}});
    list.push_back({{"name", family.name}, {"summary", family.summary}, {"arguments", arguments}});
  }
  return {{"families", list}};
}

std::string families_text() {
  std::string text;
  for (const Family& family : families()) {
    TextTable table;
    for (const FamilyArgument& a : family.arguments)
      table.add_row({"  " + a.name,
                     a.choices.empty() ? std::string(word_of(a.kind)) : fmt::format("{}", fmt::join(a.choices, "|")),
                     a.default_text.empty() ? "" : "default " + a.default_text, a.meaning});
    text += fmt::format("{}{}: {}\n{}", text.empty() ? "" : "\n", family.name, family.summary, table.text());
  }
  return text;
}

Json objectives_json() {
  Json list = Json::array();
  for (const Objective& objective : kObjectives)
    list.push_back({{"name", objective.name}, {"meaning", objective.meaning}});
  return {{"objectives", list}};
}

std::string objectives_text() {
  TextTable table;
  for (const Objective& objective : kObjectives) table.add_row({objective.name, objective.meaning});
  return table.text();
}

struct Listing {
  Json (*json)();
  std::string (*text)();
};

void run(const Flags& flags) {
  constexpr std::pair<std::string_view, Listing> kListings[] = {{"models", {models_json, models_text}},
                                                                {"families", {families_json, families_text}},
                                                                {"objectives", {objectives_json, objectives_text}}};
  const Listing listing = flags.choice("WHAT", kListings);
  if (flags.has("json"))
    print_json(listing.json());
  else
    print(listing.text());
}

}  // namespace

Command list_command() {
  return {"list",
          "shows the models, schedule families or objectives, with their parameters",
          {{"WHAT", "models, families or objectives"}},
          json_flag(),
          {"losscast list models", "losscast list families --json"},
          run};
}

}  // namespace losscast
