#include "fit/student_move.hpp"

#include <Eigen/Dense>
#include <cmath>

namespace losscast {
namespace {

Eigen::VectorXd standard_normals(Eigen::Index count, WalkerRandom& random) {
  Eigen::VectorXd z(count);
  for (double& x : z) x = random.normal();
  return z;
}

double chi_squared(Eigen::Index freedom, WalkerRandom& random) {
  return standard_normals(freedom, random).squaredNorm();
}

// Up to a constant.
double log_student(const Eigen::VectorXd& standardised) {
  const auto dimensions = static_cast<double>(standardised.size());
  return -(kMoveFreedom + dimensions) / 2 * std::log1p(standardised.squaredNorm() / kMoveFreedom);
}

}  // namespace

Eigen::VectorXd MoveLaw::place_of(const Eigen::VectorXd& standardised) const {
  return centre + factor.triangularView<Eigen::Lower>() * standardised;
}

Eigen::VectorXd MoveLaw::standardised(const Eigen::VectorXd& place) const {
  return factor.triangularView<Eigen::Lower>().solve(place - centre);
}

Proposal student_move(const Eigen::VectorXd& from, const MoveLaw& law, WalkerRandom& random) {
  const Eigen::VectorXd u = law.standardised(from);
  const double variance = (kMoveFreedom + u.squaredNorm()) / chi_squared(kMoveFreedom + u.size(), random);
  const Eigen::VectorXd to =
      std::sqrt(1 - law.step * law.step) * u + law.step * std::sqrt(variance) * standard_normals(u.size(), random);
  return {law.place_of(to), log_student(u) - log_student(to)};
}

Eigen::VectorXd student_point(const MoveLaw& law, WalkerRandom& random) {
  const double scale = std::sqrt(kMoveFreedom / chi_squared(kMoveFreedom, random));
  return law.place_of(scale * standard_normals(law.centre.size(), random));
}

}  // namespace losscast
