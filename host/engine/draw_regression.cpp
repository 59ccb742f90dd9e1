#include "engine/draw_regression.hpp"

#include <cmath>

namespace losscast {
namespace {

constexpr std::size_t kTwinPowers = 3;
constexpr std::size_t kUnitsOfCoefficient = 8;

struct Scale {
  double mean = 0, deviation = 0;
};

template <class Value>
Scale scale_of(std::size_t count, const Value& value) {
  Scale scale;
  for (std::size_t i = 0; i < count; ++i) scale.mean += value(i);
  scale.mean /= static_cast<double>(count);
  double squares = 0;
  for (std::size_t i = 0; i < count; ++i) squares += (value(i) - scale.mean) * (value(i) - scale.mean);
  scale.deviation = std::sqrt(squares / static_cast<double>(count));
  return scale;
}

// x of every unit, [unit][column].
class Columns {
 public:
  Columns(std::size_t units, std::size_t first_draw, const DrawParameters& parameters, std::span<const float> twins)
      : count_(parameters.count() + kTwinPowers) {
    const auto twin = [&](std::size_t d) { return static_cast<double>(twins[d]); };
    const Scale scale = scale_of(twins.size(), twin);
    const auto standard = [&](std::size_t d) {
      return scale.deviation > 0 ? (twin(d) - scale.mean) / scale.deviation : 0;
    };
    const double square = scale_of(twins.size(), [&](std::size_t d) { return standard(d) * standard(d); }).mean;
    const double cube =
        scale_of(twins.size(), [&](std::size_t d) { return standard(d) * standard(d) * standard(d); }).mean;
    values_.reserve(units * count_);
    for (std::size_t i = 0; i < units; ++i) {
      const std::size_t draw = (first_draw + i) % twins.size();
      const std::span<const double> own = parameters.of_draw(draw);
      values_.insert(values_.end(), own.begin(), own.end());
      const double t = standard(draw);
      values_.insert(values_.end(), {t, t * t - square, t * t * t - cube});
    }
  }

  std::size_t count() const { return count_; }
  std::span<const double> of_unit(std::size_t unit) const { return std::span(values_).subspan(unit * count_, count_); }

 private:
  std::size_t count_;
  std::vector<double> values_;
};

// A symmetric matrix that is not negative, factored as L L'. A column that depends on those before it has no part.
class Cholesky {
 public:
  explicit Cholesky(std::vector<double> matrix, std::size_t size) : lower_(std::move(matrix)), size_(size) {
    constexpr double kDependent = 1e-9;
    for (std::size_t j = 0; j < size_; ++j) {
      const double whole = at(j, j);
      double pivot = whole;
      for (std::size_t k = 0; k < j; ++k) pivot -= at(j, k) * at(j, k);
      const bool apart = pivot > kDependent * whole;
      rank_ += apart ? 1 : 0;
      at(j, j) = apart ? std::sqrt(pivot) : 0;
      for (std::size_t i = j + 1; i < size_; ++i) {
        double sum = at(i, j);
        for (std::size_t k = 0; k < j; ++k) sum -= at(i, k) * at(j, k);
        at(i, j) = apart ? sum / at(j, j) : 0;
      }
    }
  }

  std::size_t rank() const { return rank_; }

  std::vector<double> solve(std::vector<double> right) const {
    for (std::size_t j = 0; j < size_; ++j) {
      for (std::size_t k = 0; k < j; ++k) right[j] -= at(j, k) * right[k];
      right[j] = at(j, j) > 0 ? right[j] / at(j, j) : 0;
    }
    for (std::size_t j = size_; j-- > 0;) {
      for (std::size_t k = j + 1; k < size_; ++k) right[j] -= at(k, j) * right[k];
      right[j] = at(j, j) > 0 ? right[j] / at(j, j) : 0;
    }
    return right;
  }

 private:
  double& at(std::size_t row, std::size_t column) { return lower_[row * size_ + column]; }
  double at(std::size_t row, std::size_t column) const { return lower_[row * size_ + column]; }

  std::vector<double> lower_;
  std::size_t size_, rank_ = 0;
};

double product(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t c = 0; c < a.size(); ++c) sum += a[c] * b[c];
  return sum;
}

double mean_of(const std::vector<double>& units) {
  double sum = 0;
  for (const double unit : units) sum += unit;
  return sum / static_cast<double>(units.size());
}

}  // namespace

DrawParameters::DrawParameters(const ParameterDraws& draws) {
  std::vector<std::vector<double>> varying;
  for (std::size_t p = 0; p < draws.front().size(); ++p) {
    const Scale scale = scale_of(draws.size(), [&](std::size_t d) { return draws[d][p]; });
    if (!(scale.deviation > 0)) continue;
    std::vector<double>& column = varying.emplace_back();
    for (const std::vector<double>& draw : draws) column.push_back((draw[p] - scale.mean) / scale.deviation);
  }
  count_ = varying.size();
  values_.reserve(draws.size() * count_);
  for (std::size_t d = 0; d < draws.size(); ++d)
    for (const std::vector<double>& column : varying) values_.push_back(column[d]);
}

void take_out_draws(std::vector<double>& units, std::size_t first_draw, const DrawParameters& parameters,
                    std::span<const float> twins) {
  const std::size_t n = units.size(), q = parameters.count() + kTwinPowers;
  if (n >= 2 * twins.size() || n < kUnitsOfCoefficient * q) return;
  const Columns columns(n, first_draw, parameters, twins);
  std::vector<double> centre(q, 0), squares(q * q, 0), products(q, 0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t c = 0; c < q; ++c) centre[c] += columns.of_unit(i)[c] / static_cast<double>(n);
  const double before = mean_of(units);
  for (std::size_t i = 0; i < n; ++i) {
    const std::span<const double> x = columns.of_unit(i);
    for (std::size_t c = 0; c < q; ++c) {
      const double from_centre = x[c] - centre[c];
      products[c] += from_centre * (units[i] - before);
      for (std::size_t k = 0; k <= c; ++k) squares[c * q + k] += from_centre * (x[k] - centre[k]);
    }
  }
  const Cholesky factor(std::move(squares), q);
  const std::vector<double> coefficients = factor.solve(std::move(products));
  for (std::size_t i = 0; i < n; ++i) units[i] -= product(coefficients, columns.of_unit(i));

  // Variance of the mean: residual variance x (1 / n + centre' squares^-1 centre), with n - 1 - rank degrees of
  // freedom.
  const auto count = static_cast<double>(n);
  const double off_centre = count * product(centre, factor.solve(centre));
  const double widened = std::sqrt((count - 1) / (count - 1 - static_cast<double>(factor.rank())) * (1 + off_centre));
  const double after = mean_of(units);
  for (double& unit : units) unit = after + widened * (unit - after);
}

}  // namespace losscast
