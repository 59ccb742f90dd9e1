#include "cli/rare_events.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "io/json_number.hpp"
#include "io/spikes_keys.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

std::string work_text(const TailEstimate& estimate) {
  std::string text = fmt::format("({}; {:.2g} path-steps", tail_method_name(estimate.method),
                                 static_cast<double>(estimate.path_steps));
  if (estimate.reduction > 0) text += fmt::format(", {:.2g} times fewer than plain simulation", estimate.reduction);
  return text + ")";
}

std::string probability_text(const TailEstimate& estimate) {
  return fmt::format("{:.2g} +- {:.1g} {}", estimate.value, estimate.standard_error, work_text(estimate));
}

std::string loss_text(const TailEstimate& estimate) {
  if (std::isinf(estimate.value)) return "infinite (more paths diverge than may lie beyond the quantile)";
  if (std::isinf(estimate.standard_error))
    return fmt::format("{:.4f}, error unknown (too few paths make up this tail: raise --paths)", estimate.value);
  return fmt::format("{:.4f} +- {:.1g} {}", estimate.value, estimate.standard_error, work_text(estimate));
}

Json estimate_json(const TailEstimate& estimate) {
  return {{"value", number_or_null(estimate.value)},
          {"se", number_or_null(estimate.standard_error)},
          {"method", tail_method_name(estimate.method)},
          {"path_steps", estimate.path_steps},
          {"reduction", number_or_null(estimate.reduction)}};
}

// By when half of the runs that diverge have done so, between the two places where the law is known.
Step median_divergence(const std::vector<DivergedBy>& by_time) {
  const double half = by_time.back().probability / 2;
  DivergedBy before;
  for (const DivergedBy& at : by_time) {
    if (at.probability >= half) {
      const double share =
          at.probability > before.probability ? (half - before.probability) / (at.probability - before.probability) : 1;
      return before.step + static_cast<Step>(std::llround(share * static_cast<double>(at.step - before.step)));
    }
    before = at;
  }
  return before.step;
}

Json diverged_by_json(const std::vector<DivergedBy>& by_time) {
  if (by_time.empty()) return nullptr;
  Json list = Json::array();
  for (const DivergedBy& at : by_time) list.push_back({{"step", at.step}, {"probability", at.probability}});
  return list;
}

Json spikes_json(const Spikes& spikes) {
  Json object = Json::object();
  for (const auto& [key, member] : kSpikesKeys) object[key] = spikes.*member;
  return object;
}

}  // namespace

RareEvents rare_events(const LossSde& sde, const PathRequest& request, const Execution& execution,
                       double tail_probability) {
  RareEvents out;
  out.spikes = sde.spikes;
  out.tail_probability = tail_probability;
  if (sde.spikes.barrier_limit > 0) {
    out.diverge = divergence(sde, request, execution.threads).front().probability;
    out.diverged_by = DivergenceLaw(sde).by_time(request.recipes.front());
  }
  if (sde.spikes.jump_rate > 0) {
    out.spike = spike_probability(sde, request, execution.threads).front();
    out.jumps = expected_jumps(sde, request, execution.threads).front();
    out.tail = loss_tail(sde, request, execution, tail_probability).front();
  }
  return out;
}

std::string rare_events_text(const RareEvents& events) {
  std::string text;
  if (events.diverge) text += fmt::format("P(diverge) {}\n", probability_text(*events.diverge));
  if (events.diverge && events.diverged_by.back().probability > 0)
    text += fmt::format("half of the runs that diverge do so by step {}\n", median_divergence(events.diverged_by));
  if (events.spike) text += fmt::format("P(spike) {:.4g} (exact)\n", *events.spike);
  if (events.jumps)
    text += fmt::format("{:.3g} spikes in a run on average, which add {:.3g} nats to its final loss (exact)\n",
                        events.jumps->count, events.jumps->final_loss);
  if (events.tail)
    text += fmt::format("{:g}% quantile of the final loss {}\nmean of the losses beyond it {}\n",
                        100 * events.tail_probability, loss_text(events.tail->quantile), loss_text(events.tail->mean));
  return text;
}

Json rare_events_json(const std::optional<RareEvents>& events) {
  if (!events) return nullptr;
  Json object = {{"spikes", spikes_json(events->spikes)},
                 {"diverge", events->diverge ? estimate_json(*events->diverge) : Json(nullptr)},
                 {"diverged_by", diverged_by_json(events->diverged_by)},
                 {"spike", nullptr},
                 {"expected_spikes", events->jumps ? Json(events->jumps->count) : Json(nullptr)},
                 {"expected_loss", events->jumps ? Json(events->jumps->final_loss) : Json(nullptr)},
                 {"tail", nullptr}};
  if (events->spike)
    object["spike"] = {
        {"value", *events->spike}, {"se", 0}, {"method", "exact"}, {"path_steps", 0}, {"reduction", nullptr}};
  if (events->tail)
    object["tail"] = {{"probability", events->tail_probability},
                      {"quantile", estimate_json(events->tail->quantile)},
                      {"mean", estimate_json(events->tail->mean)}};
  return object;
}

}  // namespace losscast
