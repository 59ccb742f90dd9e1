#include "cli/curve_choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

const Curve* find(const std::vector<Curve>& curves, const std::string& name) {
  const auto found = std::find_if(curves.begin(), curves.end(), [&](const Curve& curve) { return curve.name == name; });
  return found == curves.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Curve> chosen_curves(const Manifest& manifest, const Flags& flags, const std::string& flag) {
  if (!flags.has(flag)) return manifest.curves;
  std::vector<Curve> chosen;
  for (const std::string& name : flags.words(flag)) {
    if (const Curve* curve = find(manifest.curves, name)) {
      if (find(chosen, name))
        flags.fail(flag, fmt::format("\"{}\" is there twice", name), "a curve counts once", "remove one of them");
      chosen.push_back(*curve);
      continue;
    }
    std::vector<std::string> known;
    for (const Curve& curve : manifest.curves) known.push_back(curve.name);
    flags.fail(flag, fmt::format("{} has no curve \"{}\"", manifest.file.string(), name),
               fmt::format("it has: {}", fmt::join(known, ", ")), suggestion(name, known, "name one of them"));
  }
  if (chosen.empty()) flags.fail(flag, "this names no curve", "at least one is needed", "name some, such as a,b,c");
  return chosen;
}

std::vector<Curve> curves_to_fit(const Manifest& manifest, const Flags& flags) {
  std::vector<Curve> curves = chosen_curves(manifest, flags, "train");
  for (Curve& curve : curves) curve.thinned = !flags.has("no-thinning");
  return curves;
}

std::vector<Flag> thinning_flag() {
  return {{"no-thinning", "", "fit every row of a long log, not means of neighbouring ones (docs/models.md): minutes"}};
}

}  // namespace losscast
