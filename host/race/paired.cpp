#include "race/paired.hpp"

#include <limits>

namespace losscast {
namespace {

PairedMoments moments_of(std::span<const float> values, std::span<const float> reference) {
  double sum = 0;
  for (std::size_t u = 0; u < values.size(); ++u)
    sum += static_cast<double>(values[u]) - static_cast<double>(reference[u]);
  const auto count = static_cast<double>(values.size());
  PairedMoments out{sum / count, std::numeric_limits<double>::infinity()};
  if (!std::isfinite(out.mean)) return {std::isnan(values.front()) ? out.mean : std::abs(out.mean), 0};
  double squares = 0;
  for (std::size_t u = 0; u < values.size(); ++u) {
    const double d = static_cast<double>(values[u]) - static_cast<double>(reference[u]) - out.mean;
    squares += d * d;
  }
  if (values.size() > 1) out.deviation = std::sqrt(squares / (count - 1));
  return out;
}

}  // namespace

PairedSample::PairedSample(Population& population, std::int64_t number, std::int64_t units)
    : reference_(static_cast<std::size_t>(units)) {
  population.observe({&number, 1}, 0, units, reference_);
}

bool PairedSample::is_whole() const {
  return std::all_of(reference_.begin(), reference_.end(), [](float value) { return std::isfinite(value); });
}

PairedPart PairedSample::compare(Population& population, std::span<const std::int64_t> numbers) const {
  const std::size_t units = reference_.size();
  PairedPart part;
  part.values.resize(numbers.size() * units);
  population.observe(numbers, 0, static_cast<std::int64_t>(units), part.values);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    part.moments.push_back(moments_of(std::span(part.values).subspan(i * units, units), reference_));
  return part;
}

void for_each_mean(Population& population, std::span<const std::int64_t> numbers, std::int64_t units,
                   const std::function<void(std::int64_t, double)>& visit) {
  std::vector<float> values;
  for (std::size_t first = 0; first < numbers.size();) {
    const std::size_t count = std::min(numbers.size() - first, static_cast<std::size_t>(candidates_at_once(units)));
    const auto part = numbers.subspan(first, count);
    values.resize(count * static_cast<std::size_t>(units));
    population.observe(part, 0, units, values);
    for (std::size_t i = 0; i < count; ++i) {
      double sum = 0;
      for (std::int64_t u = 0; u < units; ++u)
        sum += static_cast<double>(values[i * static_cast<std::size_t>(units) + static_cast<std::size_t>(u)]);
      visit(part[i], sum / static_cast<double>(units));
    }
    first += count;
  }
}

}  // namespace losscast
