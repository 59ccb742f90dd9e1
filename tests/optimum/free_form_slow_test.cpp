// What a free form gains over wsd on fits to public runs, at several highest LRs.
#include <gtest/gtest.h>

#include "losscast/optimum/free_form.hpp"
#include "losscast/optimum/polish.hpp"
#include "tests/engine/requests.hpp"
#include "tests/model/examples.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

struct Known {
  double peak_lr;
  double least, most;  // gain [nats]
};

// The gain over the best decay to 0 by a power law is 3e-4 to 7e-4 nats up to a peak of 1e-3, and 1.2e-3 to 1.7e-3 nats
// at 3e-3.
TEST(FreeForm, OfPublicFitsGainsMoreAtHigherPeaks) {
  const std::vector<double> fits[] = {{3.0353, .6177, .5864, .1288, 1513, .374},   // 25M
                                      {2.7060, .8201, .6538, .1374, 688, .0821}};  // 100M
  const std::vector<Axis> axes = {range("decay_fraction", Axis::Kind::linear, 0.05, 0.9),
                                  range("exponent", Axis::Kind::log, 0.3, 5)};
  for (const std::vector<double>& fit : fits) {
    Experiment request = example_request(find_model("adamw"));
    request.draws = {fit};
    MeanLaw law(request, request.threads);
    for (const Known& known :
         {Known{3e-4, 2.5e-4, 7.5e-4}, Known{1e-3, 2.5e-4, 7.5e-4}, Known{3e-3, 1.15e-3, 1.75e-3}}) {
      const Polished wsd = polish({{{"family", std::string("wsd")},
                                    {"shape", std::string("power")},
                                    {"peak_lr", known.peak_lr},
                                    {"warmup_steps", 2160.0},
                                    {"decay_fraction", 0.3},
                                    {"exponent", 1.0},
                                    {"total_steps", 24000.0}}},
                                  axes, [&](const Recipe& recipe) { return law.value(lrs_of(recipe)); });
      const FreeForm best =
          best_free_form(law, {24000, known.peak_lr, 1e-4 * known.peak_lr, 2160, FreeFormBounds::Order::non_increasing},
                         make_schedule(wsd.arguments));
      EXPECT_GT(wsd.value - best.loss, known.least) << known.peak_lr;
      EXPECT_LT(wsd.value - best.loss, known.most) << known.peak_lr;
    }
  }
}

}  // namespace
}  // namespace losscast::test
