// When should the learning rate start to fall? Forecasts the final loss of five WSD schedules, from a fit that
// `losscast fit` has written.
#include <cstdio>
#include <exception>
#include <iterator>
#include <losscast/losscast.hpp>

int main(int count, char** arguments) try {
  if (count != 2) throw losscast::InputError("there is no fit", "usage: when_to_decay FIT.json", "give one");
  const losscast::Fit fit = losscast::read_fit(arguments[1]);
  losscast::EnsembleRequest request;
  request.paths = 1024;
  request.levers = losscast::kAutomaticLevers;
  const double fractions[] = {0.1, 0.2, 0.3, 0.5, 0.8};
  for (const double fraction : fractions)
    request.recipes.push_back(losscast::make_schedule({{{"family", "wsd"},
                                                        {"peak_lr", 3e-4},
                                                        {"warmup_steps", 500.0},
                                                        {"total_steps", 12'000.0},
                                                        {"decay_fraction", fraction}}}));
  const auto result = losscast::run(losscast::with_draws_in_turn(losscast::make_sde(fit), request.seed), request);
  for (std::size_t i = 0; i < std::size(fractions); ++i) {
    const losscast::Statistics& loss = result.statistics[i].back();
    std::printf("decay_fraction %.1f: loss %.5f, 90%% between %.5f and %.5f\n", fractions[i], loss.mean, loss.q05,
                loss.q95);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
