/// \file
/// The report of a sweep: one page for whoever must choose a schedule, and whoever must believe the choice.
#pragma once

#include <string>

#include "losscast/io/sweep_results.hpp"

namespace losscast {

/// A self-contained page of HTML, which is well-formed XML too: no script, no font and no picture from elsewhere, light
/// or dark as the reader's system is. It has the answer in words; the best schedules and their forecast losses over
/// time; the ranking, with what the fit knows of each difference; the final loss over each searched argument; the
/// certificate of a race; and where all of it is from. The same results give the same bytes.
std::string sweep_report(const SweepResults& results);

}  // namespace losscast
