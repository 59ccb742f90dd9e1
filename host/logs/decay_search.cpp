// Decays from a peak to a low rate: linear, cosine, polynomial, and wsd, which holds the peak first.
#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <span>
#include <vector>

#include "logs/decay_fit.hpp"
#include "logs/family_searches.hpp"
#include "logs/round_number.hpp"
#include "logs/warmup_search.hpp"

namespace losscast {

namespace {

constexpr std::size_t kFirst = 6;      // rates that a decay is compared with, before kMostFitted are
constexpr std::size_t kEndsOfRun = 2;  // the first two of the ends that are tried are those of the run
constexpr double kMostOff = 3;  // tolerances that a fit on rounded rates may be off, before its numbers are rounded

// A family, and the shape of its decay.
struct Kind {
  const char* family;
  DecayShape shape;
};

// The simpler ones first.
std::vector<Kind> kinds() {
  using Law = DecayShape::Law;
  std::vector<Kind> kinds = {{"linear", {Law::linear}}, {"cosine", {Law::cosine}}};
  const std::initializer_list<double> exponents = {2, 0.5, 1.5, 3, 0.25, 4};
  for (const double exponent : exponents) kinds.push_back({"polynomial", {Law::power, exponent}});
  for (const Law law : {Law::linear, Law::sqrt, Law::cosine}) kinds.push_back({"wsd", {law}});
  for (const double exponent : exponents) kinds.push_back({"wsd", {Law::power, exponent}});
  return kinds;
}

bool holds_peak(const Kind& kind) { return kind.family == std::string("wsd"); }

// Puts the decay into the arguments, as far as it differs from what they mean without it.
void add_decay(Arguments& arguments, const Kind& kind, Step start, Step end, double final_lr) {
  auto& values = arguments.values;
  values["family"] = std::string(kind.family);
  const auto warmup = values.find("warmup_steps");
  const double default_start = warmup == values.end() ? 0 : std::get<double>(warmup->second);
  if (holds_peak(kind) || static_cast<double>(start) != default_start)
    values["decay_start"] = static_cast<double>(start);
  if (static_cast<double>(end) != std::get<double>(values["total_steps"]))
    values["decay_end"] = static_cast<double>(end);
  if (final_lr != 0) values["final_lr"] = final_lr;
  if (holds_peak(kind) && kind.shape.law != DecayShape::Law::linear) values["shape"] = std::string(kind.shape.word());
  if (kind.shape.law == DecayShape::Law::power) values["exponent"] = kind.shape.exponent;
}

std::optional<DecayFit> fit(const RatePoints& rates, const DecayShape& shape, double start, double end,
                            const KnownRates& known, std::size_t most) {
  const auto g = [&](double step) { return shape.g(std::min((step - start) / (end - start), 1.0)); };
  return fit_decay(rates, start, std::cref(g), known, most);
}

// The end of a decay that fits best, were it no whole number: by golden sections, in the logarithm of the time from the
// last rate on. Nothing if none fits.
std::optional<double> best_end(const RatePoints& rates, const DecayShape& shape, double start,
                               const KnownRates& known) {
  constexpr double kSection = 0.6180339887498949, kLongest = 30;  // times as long as the log
  constexpr std::size_t kFew = 8;
  const double last = rates.points.back().step;
  const auto misfit = [&](double log_end) {
    const auto found = fit(rates, shape, start, std::exp(log_end), known, kFew);
    return found ? found->worst : 1e300;
  };
  double low = std::log(last + 0.5), high = std::log(kLongest * (last + 1));
  double a = high - kSection * (high - low), b = low + kSection * (high - low), fa = misfit(a), fb = misfit(b);
  for (int i = 0; high - low > 1e-11; ++i) {
    // Far from every shape by then: none that fits within the tolerances lies between.
    const double off = std::min(fa, fb) * rates.points.back().tolerance;
    if (i == 20 && off > 1e-3 * rates.points[rates.last_top].lr) return std::nullopt;
    if (fa < fb) {
      high = b, b = a, fb = fa;
      fa = misfit(a = high - kSection * (high - low));
    } else {
      low = a, a = b, fa = fb;
      fb = misfit(b = low + kSection * (high - low));
    }
  }
  return std::min(fa, fb) > kMostOff ? std::nullopt : std::optional(std::exp(a));
}

// Whether a warm-up to the peak has the rates before the top.
bool can_rise_to(const RatePoints& rates, double peak) {
  RatePoints rise = rates;
  rise.points.resize(rates.first_top);
  return std::ranges::any_of(warm_ups(rates, peak), [&](const WarmUp& warm_up) {
    Arguments arguments = rising_to(peak, rates.total_steps);
    warm_up.add_to(arguments);
    return has_all_rates(arguments, rise);
  });
}

class DecaySearch {
 public:
  DecaySearch(const RatePoints& rates, ScheduleJudge& judge)
      : rates_(rates),
        judge_(judge),
        starts_after_warm_up_(starts_after_warm_up()),
        starts_after_plateau_(starts_after_plateau()) {
    for (const double peak : peaks(rates))
      if (can_rise_to(rates, peak)) held_peaks_.push_back(peak);
  }

  void run() {
    for (const Kind& kind : kinds())
      if (search(kind)) return;
  }

 private:
  // Whether a schedule of the kind has all rates.
  bool search(const Kind& kind) {
    const std::vector<Step>& starts = holds_peak(kind) ? starts_after_plateau_ : starts_after_warm_up_;
    const std::vector<Step> ends = ends_for(starts.size());
    const std::size_t most_between = std::min(starts.size(), most_with(ends.size()));
    const std::vector<double> known_peaks = holds_peak(kind) ? held_peaks_ : std::vector<double>{0};
    for (const double peak : known_peaks) {
      const KnownRates known{.peak = holds_peak(kind) ? std::optional(peak) : std::nullopt};
      for (std::size_t i = 0; i < ends.size(); ++i)
        for (const Step start : std::span(starts).first(i < kEndsOfRun ? starts.size() : most_between))
          if (consider(kind, start, ends[i], known)) return true;
      if (search_end(kind, starts, known)) return true;
    }
    return false;
  }

  // Looks for a decay that ends after the log.
  bool search_end(const Kind& kind, const std::vector<Step>& starts, KnownRates known) {
    constexpr std::size_t kFewStarts = 12;
    for (const bool ends_at_zero : {true, false})
      for (std::size_t i = 0; i < std::min(starts.size(), kFewStarts); ++i) {
        known.final_lr = ends_at_zero ? std::optional(0.0) : std::nullopt;
        const auto best = best_end(rates_, kind.shape, static_cast<double>(starts[i]), known);
        if (best && consider_near(*best, kind, starts[i], known)) return true;
      }
    return false;
  }

  // Of the whole numbers about the best end, the rounder ones first.
  bool consider_near(double best, const Kind& kind, Step start, const KnownRates& known) {
    for (const double range : {1e-2, 1e-3, 1e-4, 1e-6}) {
      const auto low = static_cast<Step>(best * (1 - range)), high = static_cast<Step>(best * (1 + range));
      if (consider(kind, start, roundest_step(low, high), known)) return true;
    }
    return consider(kind, start, static_cast<Step>(std::llround(best)), known);
  }

  // Where the warm-up may end, and the decay begin: the peak is not held, so that if rates below it are logged before,
  // that is at the first rate at the top, or after it by what is lost in rounding.
  std::vector<Step> starts_after_warm_up() const {
    const Step high = rates_.step(rates_.last_top + 1) - 1;
    if (!rates_.rises()) return steps_by_roundness(0, high);
    const RatePoint& top = rates_.points[rates_.first_top];
    const double unseen = 4 * top.step * std::sqrt(top.tolerance / top.lr);
    const Step low = rates_.step(rates_.first_top - 1) + 1;
    return steps_by_roundness(low, std::max(low, std::min(high, static_cast<Step>(top.step + unseen) + 1)));
  }

  // Where the rates begin to fall: perhaps before the last one at the top, by what is lost in rounding them.
  std::vector<Step> starts_after_plateau() const {
    const RatePoint& top = rates_.points[rates_.last_top];
    const double left = static_cast<double>(rates_.total_steps) - top.step;
    const double unseen = 2 * std::max(left, 0.0) * std::sqrt(top.tolerance / top.lr);
    return steps_by_roundness(static_cast<Step>(std::max(top.step - unseen, 0.0)),
                              rates_.step(rates_.last_top + 1) - 1);
  }

  // Where the decay may end: with the run, a step before, or where the rates are level again, the rounder ones first
  // and no more than may be tried with so many starts.
  std::vector<Step> ends_for(std::size_t starts) const {
    std::vector<Step> ends = {rates_.total_steps, rates_.total_steps - 1};
    const RatePoint& last = rates_.points.back();
    std::size_t level = rates_.points.size() - 1;
    while (level > 0 && std::abs(rates_.points[level - 1].lr - last.lr) <= last.tolerance) --level;
    if (level + 1 < rates_.points.size() && level > rates_.last_top)
      for (const Step step : steps_by_roundness(rates_.step(level - 1) + 1, rates_.step(level), most_with(starts)))
        ends.push_back(step);
    return ends;
  }

  bool consider(const Kind& kind, Step start, Step end, const KnownRates& known) {
    if (end <= start) return false;
    std::optional<DecayFit> found;
    for (const std::size_t most : {kFirst, kMostFitted}) {
      if (found && rates_.points.size() <= kFirst) break;  // that was all of them
      found = fit(rates_, kind.shape, static_cast<double>(start), static_cast<double>(end), known, most);
      if (!found || found->worst > kMostOff) return false;
    }
    return consider_fit(kind, start, end, *found);
  }

  bool consider_fit(const Kind& kind, Step start, Step end, const DecayFit& fit) {
    if (!reaches_top(fit.peak + fit.peak_error)) return false;
    const std::vector<double> final_lrs = round_numbers(fit.final_lr, fit.final_error);
    for (const double peak : round_numbers(fit.peak, fit.peak_error)) {
      if (peak <= 0 || !reaches_top(peak)) continue;
      for (const double final_lr : final_lrs)
        if (consider_numbers(kind, start, end, peak, final_lr)) return true;
    }
    return false;
  }

  // Whether a schedule with this peak may have the highest rate: none is above the peak.
  bool reaches_top(double peak) const {
    const RatePoint& top = rates_.points[rates_.last_top];
    return top.lr - peak <= top.tolerance * (1 + 1e-6);
  }

  // The warm-ups after which a decay of the kind may begin at `start`.
  std::vector<WarmUp> warm_ups_before(const Kind& kind, Step start, double peak) {
    if (peak != peak_of_warm_ups_) {
      peak_of_warm_ups_ = peak;
      warm_ups_ = warm_ups(rates_, peak);
    }
    const auto is_before = [&](const WarmUp& warm_up) {
      return warm_up.steps <= start && (holds_peak(kind) || warm_up.steps + 1 >= start);
    };
    std::vector<WarmUp> found;
    std::ranges::copy_if(warm_ups_, std::back_inserter(found), is_before);
    if (!rates_.rises() && !holds_peak(kind)) found.push_back({.steps = start});
    return found;
  }

  bool consider_numbers(const Kind& kind, Step start, Step end, double peak, double final_lr) {
    // A schedule takes longer to make than the decay alone takes to contradict.
    constexpr double kMostOffRounded = 1.001;  // tolerances, with room for other rounding errors
    const auto known = fit(rates_, kind.shape, static_cast<double>(start), static_cast<double>(end),
                           {.peak = peak, .final_lr = final_lr}, kMostFitted);
    if (!known || known->worst > kMostOffRounded) return false;
    for (const WarmUp& warm_up : warm_ups_before(kind, start, peak)) {
      const Step total_steps = rates_.is_planned ? rates_.total_steps : std::max(rates_.total_steps, end);
      Arguments arguments = rising_to(peak, total_steps);
      warm_up.add_to(arguments);
      add_decay(arguments, kind, start, end, final_lr);
      if (judge_.consider(arguments)) return true;
    }
    return false;
  }

  const RatePoints& rates_;
  ScheduleJudge& judge_;
  std::vector<Step> starts_after_warm_up_, starts_after_plateau_;
  std::vector<double> held_peaks_;  // that a warm-up with the first rates comes to
  double peak_of_warm_ups_ = 0;     // all warm-ups to one peak, since many decays have the same
  std::vector<WarmUp> warm_ups_;
};

}  // namespace

void search_decays(const RatePoints& rates, ScheduleJudge& judge) {
  if (rates.falls()) DecaySearch(rates, judge).run();
}

}  // namespace losscast
