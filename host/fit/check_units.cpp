#include "fit/check_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/model/check_recipe.hpp"

namespace losscast {
namespace {

// Curves that train at all, by their peak LR.
std::vector<const Curve*> by_peak(std::span<const Curve> curves) {
  std::vector<const Curve*> out;
  for (const Curve& curve : curves)
    if (curve.recipe.peak_lr() > 0) out.push_back(&curve);
  std::stable_sort(out.begin(), out.end(),
                   [](const Curve* a, const Curve* b) { return a->recipe.peak_lr() < b->recipe.peak_lr(); });
  return out;
}

[[noreturn]] void fail_far_apart(const Curve& odd, const Curve& other) {
  const double peak = odd.recipe.peak_lr(), usual = other.recipe.peak_lr();
  throw InputError(fmt::format("peak_lr is {}, that of curve {} {}", number_text(peak), other.name, number_text(usual)),
                   fmt::format("they are a factor of {:.3g} apart, further than one law holds",
                               peak > usual ? peak / usual : usual / peak),
                   "check the unit of peak_lr, or leave the curve out with --train")
      .at("curve " + odd.name);
}

void check_peaks(std::span<const Curve> curves) {
  constexpr double kRounding = 1e-9;
  const std::vector<const Curve*> all = by_peak(curves);
  for (std::size_t above = 1; above < all.size(); ++above) {
    const Curve &low = *all[above - 1], &high = *all[above];
    if (high.recipe.peak_lr() < kFarApart * (1 - kRounding) * low.recipe.peak_lr()) continue;
    const bool more_above = all.size() - above > above;  // the few are odd
    fail_far_apart(more_above ? low : high, more_above ? high : low);
  }
}

}  // namespace

void check_units(const SdeModel& model, std::span<const Curve> curves) {
  check_peaks(curves);
  for (const Curve& curve : curves) {
    try {
      check_weight_decay(model, curve.recipe, curve.weight_decay);
    } catch (const InputError& error) {
      throw error.at("curve " + curve.name);
    }
  }
}

}  // namespace losscast
