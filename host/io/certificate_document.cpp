#include "io/certificate_document.hpp"

#include "losscast/race/race_rules.hpp"

namespace losscast {

namespace {

std::optional<double> number_if_any(const DocumentNode& node) {
  return node.is_null() ? std::nullopt : std::optional(node.number());
}

std::optional<Step> steps_if_any(const DocumentNode& node) {
  return node.is_null() ? std::nullopt : std::optional(node.whole_number());
}

std::vector<RaceRound> read_stages(const DocumentNode& node) {
  std::vector<RaceRound> stages;
  for (const DocumentNode& one : node.list())
    stages.push_back({.candidates = one.at("candidates").whole_number(),
                      .units = one.at("units").whole_number(),
                      .survivors = one.at("survivors").whole_number(),
                      .leader = 0,
                      .path_steps = one.at("path_steps").number()});
  return stages;
}

std::vector<CertificateOnFile::Limit> read_limits(const DocumentNode& node) {
  std::vector<CertificateOnFile::Limit> limits;
  for (const DocumentNode& one : node.table().entries)
    limits.push_back({one.name, one.at("limit").number(), one.at("winner").number()});
  return limits;
}

std::vector<HorizonMean> read_horizons(const DocumentNode& node) {
  std::vector<HorizonMean> horizons;
  for (const DocumentNode& one : node.list()) {
    HorizonMean& horizon = horizons.emplace_back();
    horizon.steps = one.at("steps").whole_number();
    horizon.mean = horizon.weighed_mean = one.at("mean").number();
    if (const DocumentNode* p_diverge = one.find("p_diverge")) horizon.p_diverge = p_diverge->number();
    if (const DocumentNode* weighed = one.find("weighed_mean")) horizon.weighed_mean = weighed->number();
  }
  return horizons;
}

std::optional<StepsToLoss> read_steps_to_loss(const DocumentNode& node) {
  if (node.is_null()) return {};
  StepsToLoss found;
  found.loss = node.at("loss").number();
  found.steps = node.at("steps").whole_number();
  found.above = steps_if_any(node.at("above"));
  found.is_stopped = node.at("stopped_by").text() == race_end_name(RaceEnd::seconds);
  found.low = steps_if_any(node.at("low"));
  found.high = steps_if_any(node.at("high"));
  return found;
}

}  // namespace

CertificateOnFile read_certificate(const DocumentNode& node) {
  CertificateOnFile certificate;
  certificate.certified = node.at("certified").boolean();
  certificate.objective = node.at("objective").text();
  certificate.delta = node.at("delta").number();
  certificate.delta_source = node.at("delta_source").text();
  certificate.confidence = node.at("confidence").number();
  certificate.p_selection = node.at("p_selection").number();
  certificate.exact = node.at("exact").boolean();
  certificate.p_posterior = number_if_any(node.at("p_posterior"));
  if (const DocumentNode& objection = node.at("objection"); !objection.is_null())
    certificate.objection = objection.text();
  certificate.stopped_by = node.at("stopped_by").text();
  certificate.candidates = node.at("candidates").whole_number();
  certificate.excluded = node.at("excluded").whole_number();
  certificate.stages = read_stages(node.at("stages"));
  certificate.limits = read_limits(node.at("limits"));
  certificate.horizons = read_horizons(node.at("horizons"));
  certificate.to_loss = read_steps_to_loss(node.at("steps_to_loss"));
  if (const DocumentNode& polished = node.at("polished"); !polished.is_null())
    certificate.polished = {polished.at("schedule").text(), polished.at("gain").number()};
  return certificate;
}

}  // namespace losscast
