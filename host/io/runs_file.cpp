#include "losscast/io/runs_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "format/json_document.hpp"
#include "format/json_text.hpp"
#include "io/file_kind.hpp"
#include "io/provenance_json.hpp"
#include "io/runs_json.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/scaling/plausible_numbers.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRemedy = "make the file again with `losscast scaling runs`";

Json divergence_json(const RunDivergenceLaw& law) {
  Json mode = Json::array();
  for (const double weight : law.mode.weights) mode.push_back(weight);
  mode.push_back(law.mode.border_steps);
  return {{"mode", mode}, {"cost", law.cost}};
}

Json final_loss_json(const FinalLossLaw& law) {
  Json json = Json::object();
  for (std::size_t i = 0; i < law.values.size(); ++i) json[kFinalLossNames[i]] = law.values[i];
  json["cost"] = law.cost;
  return json;
}

Json draws_json(const RunDivergenceLaw& law) {
  Json list = Json::array();
  for (const DivergenceParameters& draw : law.draws) {
    Json row = Json::array();
    for (const double weight : draw.weights) row.push_back(weight);
    row.push_back(draw.border_steps);
    list.push_back(row);
  }
  return list;
}

Json offsets_json(const FinalLossLaw& law) {
  Json list = Json::array();
  for (const LastBatchOffset& one : law.offsets) list.push_back({one.tokens, one.batch, one.offset});
  return list;
}

double error_of(const DocumentNode& node) {
  if (!PlausibleRange{0, kPlausibleLoss.high}.holds(node.number()))
    node.fail(fmt::format("{:.4g} is no mean error", node.number()),
              fmt::format("it is from 0 to {:g} nats", kPlausibleLoss.high), kRemedy);
  return node.number();
}

int count(const DocumentNode& node) {
  constexpr std::int64_t kMost = 1'000'000'000;
  const std::int64_t number = node.whole_number();
  if (number < 0 || number > kMost) node.fail(fmt::format("{} is no count", number), "it is from 0", kRemedy);
  return static_cast<int>(number);
}

// A list of so many numbers.
std::vector<double> numbers(const DocumentNode& node, std::size_t count) {
  if (node.list().size() != count)
    node.fail(fmt::format("there {} {}", node.list().size() == 1 ? "is" : "are", counted(node.list().size(), "number")),
              fmt::format("{} are wanted", count), kRemedy);
  std::vector<double> read;
  for (const DocumentNode& one : node.list()) read.push_back(one.number());
  return read;
}

// One of a law's numbers.
double law_number(const DocumentNode& node) {
  constexpr double kMost = 1e6;
  if (!(std::abs(node.number()) <= kMost))
    node.fail(fmt::format("{:.4g} is no number of a law", node.number()), fmt::format("none is beyond {:g}", kMost),
              kRemedy);
  return node.number();
}

// A list of so many of them.
std::vector<double> law_numbers(const DocumentNode& node, std::size_t count) {
  numbers(node, count);
  std::vector<double> read;
  for (const DocumentNode& one : node.list()) read.push_back(law_number(one));
  return read;
}

SeenRange read_range(const DocumentNode& node, const PlausibleRange& plausible) {
  const std::vector<double> ends = numbers(node, 2);
  if (!plausible.holds(ends[0]) || !plausible.holds(ends[1]) || ends[1] < ends[0])
    node.fail("this is no range",
              fmt::format("it is the least and the most, between {:g} and {:g}", plausible.low, plausible.high),
              kRemedy);
  return {ends[0], ends[1]};
}

DivergenceParameters read_parameters(const DocumentNode& node) {
  const std::vector<double> read = law_numbers(node, 7);
  DivergenceParameters parameters;
  std::ranges::copy_n(read.begin(), 6, parameters.weights.begin());
  parameters.border_steps = read.back();
  if (!(parameters.weights[1] > 0) || !(parameters.border_steps > 0))
    node.fail("this is no classifier", "P must grow with the LR, and the border be a number of steps", kRemedy);
  return parameters;
}

std::optional<RunDivergenceLaw> read_divergence(const DocumentNode& node) {
  if (node.is_null()) return std::nullopt;
  RunDivergenceLaw law;
  law.mode = read_parameters(node.at("mode"));
  law.cost = node.at("cost").number();
  for (const DocumentNode& draw : node.at("draws").list()) law.draws.push_back(read_parameters(draw));
  return law;
}

FinalLossLaw read_loss(const DocumentNode& node) {
  FinalLossLaw law;
  for (std::size_t i = 0; i < law.values.size(); ++i) law.values[i] = law_number(node.at(kFinalLossNames[i]));
  law.cost = node.at("cost").number();
  for (const DocumentNode& one : node.at("offsets").list()) {
    const std::vector<double> read = numbers(one, 3);
    law.offsets.push_back({read[0], read[1], read[2]});
  }
  return law;
}

}  // namespace

Json runs_fit_json(const RunsFit& fit) {
  return {{"runs", fit.runs},
          {"diverged", fit.diverged},
          {"sweeps", fit.sweeps},
          {"one_sided", fit.one_sided},
          {"params", {fit.params.low, fit.params.high}},
          {"tokens", {fit.tokens.low, fit.tokens.high}},
          {"batch", {fit.batch.low, fit.batch.high}},
          {"peak_lr", {fit.peak_lr.low, fit.peak_lr.high}},
          {"loss_error", fit.loss_error},
          {"held_out_error", fit.held_out_error ? Json(*fit.held_out_error) : Json(nullptr)},
          {"divergence", fit.divergence ? divergence_json(*fit.divergence) : Json(nullptr)},
          {"peak", fit.peak.constants},
          {"loss", final_loss_json(fit.loss)}};
}

void write_runs_fit(const std::filesystem::path& file, const RunsFit& fit, const Provenance& provenance) {
  Json json = {{"format", RunsFit::kFormat}, {"kind", "runs"}};
  json.update(runs_fit_json(fit));
  if (fit.divergence) json["divergence"]["draws"] = draws_json(*fit.divergence);
  json["loss"]["offsets"] = offsets_json(fit.loss);
  json["provenance"] = provenance_json(provenance);
  write_atomically(file, json_text(json));
}

RunsFit read_runs_fit(const std::filesystem::path& file) {
  const DocumentNode root = read_json_file(file);
  require_kind(root, FileKind::laws_of_runs);
  if (root.find("kind") == nullptr || root.at("kind").text() != "runs")
    root.fail("these are no laws of finished runs", "the key kind does not say so",
              "make them with `losscast scaling runs`");
  require_format(root, RunsFit::kFormat);
  RunsFit fit;
  fit.runs = count(root.at("runs"));
  fit.diverged = count(root.at("diverged"));
  fit.sweeps = count(root.at("sweeps"));
  fit.one_sided = count(root.at("one_sided"));
  fit.params = read_range(root.at("params"), kPlausibleParams);
  fit.tokens = read_range(root.at("tokens"), kPlausibleTokens);
  fit.batch = read_range(root.at("batch"), kPlausibleBatch);
  if (root.find("peak_lr") != nullptr) fit.peak_lr = read_range(root.at("peak_lr"), {0, kPlausibleLr.high});
  fit.loss_error = error_of(root.at("loss_error"));
  if (!root.at("held_out_error").is_null()) fit.held_out_error = error_of(root.at("held_out_error"));
  fit.divergence = read_divergence(root.at("divergence"));
  std::ranges::copy(law_numbers(root.at("peak"), fit.peak.constants.size()), fit.peak.constants.begin());
  fit.loss = read_loss(root.at("loss"));
  root.check([&] { require_numbers(fit); });
  return fit;
}

}  // namespace losscast
