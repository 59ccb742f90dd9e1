// A request for the engine that needs no data: parameters of a 100M model, and schedules as a sweep has them.
#pragma once

#include <vector>

#include "bench/common/experiment.hpp"

namespace losscast::bench {

// The models' parameters for a 100M model trained with AdamW at the peak LR 3e-4, fitted to public curves.
std::vector<double> example_parameters(const SdeModel& model);

// Those parameters (one draw), reference LR, weight decay and noise; schedules and paths are the caller's.
Experiment example_request(const SdeModel& model);

// `count` draws around the parameters, lognormal with a relative standard deviation of 3%.
std::vector<std::vector<double>> scattered_draws(const std::vector<double>& parameters, int count);

// `count` schedules of `steps` updates: warm-up over 9% of the run, then constant, then a linear cool-down to zero over
// a share of the run that goes from 5% to 90%.
std::vector<Recipe> example_schedules(int count, Step steps);

// 36 schedules of `steps` updates, six of each of six families in this order: constant, linear, cosine, wsd, two-stage,
// inverse-sqrt, at peak LRs around that of the example, with the same share of warm-up; in each family the peak
// ascends. What a method must do well on, not just where it shines.
std::vector<Recipe> benchmark_schedules(Step steps);

}  // namespace losscast::bench
