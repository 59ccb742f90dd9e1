#include "scaling/least_squares.hpp"

#include <ceres/version.h>
#include <fmt/format.h>

#include <mutex>
#include <utility>

#if CERES_VERSION_MAJOR == 2 && CERES_VERSION_MINOR <= 2
#include <glog/logging.h>
#endif

#include "losscast/base/error.hpp"

namespace losscast {

namespace {

#if CERES_VERSION_MAJOR == 2 && CERES_VERSION_MINOR <= 2
int set_least_severity(int severity) { return std::exchange(FLAGS_minloglevel, severity); }
#else
int set_least_severity(int severity) { return severity; }  // Ceres does not log by glog any more
#endif

// Keeps Ceres, which says some things by glog even if its logging is silent, from writing to standard error while one
// lives. Its summary says the same.
class QuietSolver {
 public:
  QuietSolver() {
    const std::lock_guard lock(mutex_);
    constexpr int kFatal = 3;  // glog's number for errors that end the program
    if (count_++ == 0) before_ = set_least_severity(kFatal);
  }
  ~QuietSolver() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) set_least_severity(before_);
  }
  QuietSolver(const QuietSolver&) = delete;
  QuietSolver& operator=(const QuietSolver&) = delete;

 private:
  static inline std::mutex mutex_;
  static inline int count_ = 0, before_ = 0;
};

}  // namespace

double solve(ceres::Problem& problem) {
  const QuietSolver quiet;
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_QR;
  options.max_num_iterations = 500;
  options.function_tolerance = 1e-11;
  options.parameter_tolerance = 1e-10;
  options.logging_type = ceres::SILENT;
  options.num_threads = 1;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  if (!summary.IsSolutionUsable() || !std::isfinite(summary.final_cost))
    throw InputError("no law fits these numbers", fmt::format("the search for one broke off: {}", summary.message),
                     "check the units of all columns, and look for a row that stands out");
  return summary.final_cost;
}

}  // namespace losscast
