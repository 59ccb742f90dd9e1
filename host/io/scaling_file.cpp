#include "losscast/io/scaling_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "format/json_document.hpp"
#include "format/json_text.hpp"
#include "io/file_kind.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/scaling/plausible_numbers.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

struct LawKey {
  const char* key;
  double ScalingLaw::*member;
};

constexpr LawKey kLawKeys[] = {{"floor", &ScalingLaw::floor},
                               {"log_a", &ScalingLaw::log_a},
                               {"alpha", &ScalingLaw::alpha},
                               {"log_b", &ScalingLaw::log_b},
                               {"beta", &ScalingLaw::beta},
                               {"gamma", &ScalingLaw::gamma},
                               {"shape_penalty", &ScalingLaw::shape_penalty},
                               {"best_log_aspect", &ScalingLaw::best_log_aspect}};

Json draws_json(const std::vector<ScalingLaw>& draws) {
  Json list = Json::array();
  for (const ScalingLaw& law : draws) {
    Json row = Json::array();
    for (const LawKey& one : kLawKeys) row.push_back(law.*one.member);
    list.push_back(row);
  }
  return list;
}

constexpr std::string_view kRemedy = "make the fit again with `losscast scaling fit`";

double between(const DocumentNode& node, const PlausibleRange& range) {
  if (!range.holds(node.number()))
    node.fail(fmt::format("{} is not between {} and {}", number_text(node.number()), number_text(range.low),
                          number_text(range.high)),
              "no fit has such a value", kRemedy);
  return node.number();
}

double relative_error(const DocumentNode& node) { return between(node, {0, kPlausibleLoss.high}); }

void check_law(const ScalingLaw& law, const DocumentNode& node) {
  if (law.floor < 0 || law.alpha < 0 || law.beta < 0 || law.shape_penalty < 0 || !(law.gamma > 0) || law.gamma > 1)
    node.fail("this is no scaling law",
              "a floor, an exponent or the shape's penalty is negative, or gamma not in (0, 1]", kRemedy);
}

ScalingLaw read_law(const DocumentNode& node) {
  ScalingLaw law;
  for (const LawKey& one : kLawKeys) law.*one.member = node.at(one.key).number();
  check_law(law, node);
  return law;
}

ScalingLaw read_draw(const DocumentNode& node) {
  if (node.list().size() != std::size(kLawKeys))
    node.fail(fmt::format("there {} {}", node.list().size() == 1 ? "is" : "are", counted(node.list().size(), "number")),
              fmt::format("{} are wanted", std::size(kLawKeys)), kRemedy);
  ScalingLaw law;
  for (std::size_t i = 0; i < std::size(kLawKeys); ++i) law.*kLawKeys[i].member = node.list()[i].number();
  check_law(law, node);
  return law;
}

// The law must have a loss for the sizes and tokens that it was fitted to.
void check_range(const ScalingLaw& law, const ScalingFit& fit, const DocumentNode& node) {
  for (const double params : {fit.smallest_params, fit.largest_params})
    if (!kPlausibleLoss.holds(law.loss(params, fit.most_tokens)))
      node.fail(fmt::format("{:.4g} parameters and {:.4g} tokens, to which the law was fitted, have a loss of {:.4g}",
                            params, fit.most_tokens, law.loss(params, fit.most_tokens)),
                fmt::format("losses are from {:g} to {:g} nats", kPlausibleLoss.low, kPlausibleLoss.high), kRemedy);
}

}  // namespace

void write_scaling_fit(const std::filesystem::path& file, const ScalingFit& fit, const Provenance& provenance) {
  Json law = Json::object();
  for (const LawKey& one : kLawKeys) law[one.key] = fit.law.*one.member;
  const Json json = {{"format", ScalingFit::kFormat},
                     {"kind", "scaling"},
                     {"form", scaling_form_name(fit.form)},
                     {"law", law},
                     {"model_scatter", fit.model_scatter},
                     {"error_per_log_size", fit.error_per_log_size},
                     {"error", fit.error},
                     {"smallest_params", fit.smallest_params},
                     {"largest_params", fit.largest_params},
                     {"least_tokens", fit.least_tokens},
                     {"most_tokens", fit.most_tokens},
                     {"models", fit.models},
                     {"checkpoints", fit.checkpoints},
                     {"shaped", fit.shaped},
                     {"provenance", provenance_json(provenance)},
                     {"draws", draws_json(fit.draws)}};
  write_atomically(file, json_text(json));
}

ScalingFit read_scaling_fit(const std::filesystem::path& file) {
  const DocumentNode root = read_json_file(file);
  require_kind(root, FileKind::scaling_law);
  if (root.find("kind") == nullptr || root.at("kind").text() != "scaling")
    root.fail("this is no scaling law", "its key kind does not say so", "make one with `losscast scaling fit`");
  require_format(root, ScalingFit::kFormat);
  ScalingFit fit;
  const std::optional<ScalingForm> form = scaling_form(root.at("form").text());
  if (!form) root.at("form").fail("this is no form of a law", "joint, additive and tied are", kRemedy);
  fit.form = *form;
  fit.law = read_law(root.at("law"));
  fit.model_scatter = relative_error(root.at("model_scatter"));
  fit.error_per_log_size = relative_error(root.at("error_per_log_size"));
  fit.error = relative_error(root.at("error"));
  fit.smallest_params = between(root.at("smallest_params"), kPlausibleParams);
  fit.largest_params = between(root.at("largest_params"), kPlausibleParams);
  if (root.find("least_tokens") != nullptr)
    fit.least_tokens = between(root.at("least_tokens"), {0, kPlausibleTokens.high});
  fit.most_tokens = between(root.at("most_tokens"), kPlausibleTokens);
  fit.models = static_cast<int>(root.at("models").whole_number());
  fit.checkpoints = static_cast<int>(root.at("checkpoints").whole_number());
  fit.shaped = root.at("shaped").boolean();
  check_range(fit.law, fit, root.at("law"));
  for (const DocumentNode& draw : root.at("draws").list()) {
    fit.draws.push_back(read_draw(draw));
    check_range(fit.draws.back(), fit, draw);
  }
  return fit;
}

}  // namespace losscast
