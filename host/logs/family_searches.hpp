// Searches for schedules of some families. Each lets the judge consider those that the rates suggest.
#pragma once

#include "logs/rate_points.hpp"

namespace losscast {

void search_stairs(const RatePoints& rates, ScheduleJudge& judge);        // constant, two-stage, multi-step
void search_decays(const RatePoints& rates, ScheduleJudge& judge);        // linear, cosine, polynomial, wsd
void search_exponential(const RatePoints& rates, ScheduleJudge& judge);   // wsd of that shape
void search_inverse_sqrt(const RatePoints& rates, ScheduleJudge& judge);  // inverse-sqrt
void search_restarts(const RatePoints& rates, ScheduleJudge& judge);      // cosine-restarts

// What the peak may be if a rate at it is logged, the rounder numbers first.
std::vector<double> peaks(const RatePoints& rates);

// The arguments of a constant schedule, which others add to.
Arguments rising_to(double peak, Step total_steps);

}  // namespace losscast
