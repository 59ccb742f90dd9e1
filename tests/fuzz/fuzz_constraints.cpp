// The constraints of a family. Input: constraints, one a line.
#include "losscast/schedule/families.hpp"
#include "space/constraints.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

namespace {

const Arguments kPoint{{{"family", "wsd"},
                        {"shape", "sqrt"},
                        {"peak_lr", 3e-4},
                        {"final_lr_ratio", 0.1},
                        {"decay_fraction", 0.25},
                        {"warmup_steps", 500.0},
                        {"total_steps", 24'000.0}}};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FamilySpace space{.family = "wsd", .fixed = kPoint, .axes = {}};
  space.constraints = fuzz::lines_of(fuzz::text_of(data, size));
  return fuzz::try_reader([&] {
    Constraints constraints(space, "sweep.toml");
    const bool holds = constraints.hold_for(kPoint);
    Arguments other = kPoint;
    other.values["peak_lr"] = 0.0;
    constraints.hold_for(other);
    fuzz::require(constraints.hold_for(kPoint) == holds, "constraints hold for a point once, and not again");
  });
}
