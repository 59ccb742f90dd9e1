// What a panel shows of the loss over time: bands between quantiles, and a line through the means.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "losscast/engine/statistics.hpp"
#include "report/panel.hpp"

namespace losscast {

class TimeLines {
 public:
  // What to show at point i, given the value of one of its statistics there.
  using Shown = std::function<double(std::size_t, double)>;

  // Points and panel must outlive the object. Precondition: as many statistics as steps.
  TimeLines(
      std::span<const Step> steps, std::span<const Statistics> statistics, const Panel& panel,
      Shown shown = [](std::size_t, double value) { return value; });

  // The bands of 90% and 50%, of the classes wide and narrow, and the mean; a band is left out where too few paths tell
  // nothing of one of its ends.
  std::string bands_and_mean() const;
  bool has_wide_band() const { return has_band(&Statistics::q05, &Statistics::q95); }
  bool has_narrow_band() const { return has_band(&Statistics::q25, &Statistics::q75); }

  // The mean, a line of the class mean.
  std::string mean() const;

 private:
  std::string point(std::size_t i, double Statistics::*statistic) const;
  std::string forward(double Statistics::*statistic) const;
  bool has_band(double Statistics::*low, double Statistics::*high) const;
  std::string band(const char* style, double Statistics::*low, double Statistics::*high) const;

  std::span<const Step> steps_;
  std::span<const Statistics> statistics_;
  const Panel& panel_;
  Shown shown_;
};

}  // namespace losscast
