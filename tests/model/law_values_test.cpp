// The law of model `adamw` against losses that were computed from its equations update by update, elsewhere: one run
// of 4,000 steps with a warm-up and a linear cool-down, at several weight decays and batch sizes.
#include <gtest/gtest.h>

#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

struct Known {
  double weight_decay, batch_ratio, slowness;
  double after_1000, after_3000, after_4000;  // nats
};

std::vector<double> trapezoid() {
  std::vector<double> lrs;
  for (int s = 1; s <= 4000; ++s) lrs.push_back(s <= 400 ? 8e-3 * s / 400 : s <= 3000 ? 8e-3 : 8e-6 * (4000 - s));
  return lrs;
}

TEST(LawValues, AreThoseOfTheEquations) {
  const SdeModel& adamw = find_model("adamw");
  const Reference reference{1e-2, 2180, 0.1, 1000};
  for (const Known& known :
       {Known{.1, 1, 0, 3.5466136, 3.4532466, 3.3335490}, Known{.1, 1, .3, 3.6028746, 3.4679855, 3.3468818},
        Known{.3, 2, 0, 3.5168768, 3.4577024, 3.3151810}, Known{.02, .5, 0, 3.6167432, 3.4620304, 3.3626538},
        Known{.3, 1, 0, 3.6157009, 3.5359348, 3.3591944}, Known{.1, 2, 0, 3.4620220, 3.3938776, 3.2968218}}) {
    const Recipe recipe(table(trapezoid()), StepValues(known.weight_decay), StepValues(1000 * known.batch_ratio));
    const double k_max = .3086 * reference.steps, c = 1 / 1.744;
    const std::vector<double> parameters = {3.215, .03646, 1.043, .2128, k_max, .7519, .8535, c, known.slowness, 4};
    const BlockTable blocks = make_block_table(recipe, adamw.effective_lr(), reference, .1, edges_of(1, 4000));
    std::vector<double> losses(3);
    adamw.skeleton(blocks, parameters, std::vector<int>{1000, 3000, 4000}, losses, {});
    EXPECT_NEAR(losses[0], known.after_1000, 2e-7) << "weight decay " << known.weight_decay;
    EXPECT_NEAR(losses[1], known.after_3000, 2e-7) << "weight decay " << known.weight_decay;
    EXPECT_NEAR(losses[2], known.after_4000, 2e-7) << "weight decay " << known.weight_decay;
  }
}

}  // namespace
}  // namespace losscast::test
