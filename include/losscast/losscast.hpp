/// \file
/// All that a program needs to go from curves to a decision: read curves, fit, forecast, sweep. What is left out has
/// headers of its own: the models' formulas (model/), random numbers, rare events (tails/), and the best LR at every
/// step (optimum/).
#pragma once

#include "losscast/base/error.hpp"
#include "losscast/engine/ensemble.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/fit/score.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/sweep/sweep.hpp"
