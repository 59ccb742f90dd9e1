// A manifest and its curves. Input: the manifest, then perhaps the file curve.csv.
#include <set>

#include "losscast/io/manifest.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

namespace {

void require_points(const Curve& curve) {
  fuzz::require(!curve.points.empty(), "a curve has no points");
  Step before = -1;
  for (const CurvePoint& point : curve.points) {
    fuzz::require(point.step > before && point.loss > 0, "points do not ascend, or a loss is not positive");
    before = point.step;
  }
  fuzz::require(before <= curve.recipe.total_steps(), "a point lies past the schedule");
  fuzz::require(curve.points.front().step >= curve.mean_over, "a point averages over more updates than were done");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  const std::vector<std::string> parts = fuzz::parts_of(fuzz::text_of(data, size));
  folder.write("curve.csv", parts.size() > 1 ? parts[1] : "step,loss\n1,3\n");
  return fuzz::try_reader([&] {
    const Manifest manifest = read_manifest(folder.write("manifest.toml", parts[0]));
    for (const GivenPrior& prior : manifest.priors)
      fuzz::require(prior.deviation >= GivenPrior::kNarrowest, "a prior is too narrow");
    std::set<std::string> names;
    for (const Curve& curve : manifest.curves) {
      fuzz::require(names.insert(curve.name).second, "a name is there twice");
      require_points(curve);
    }
  });
}
