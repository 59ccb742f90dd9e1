#include "losscast/sweep/candidates.hpp"

#include <fmt/format.h>

#include <cmath>

#include "losscast/error.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/sobol.hpp"
#include "losscast/random/uniform.hpp"

namespace losscast {
namespace {

// The value of an axis at u, 0 <= u < 1 (continuous axes also at u = 1).
Value value_at(const Axis& axis, double u) {
  switch (axis.kind) {
    case Axis::Kind::choice: {
      const auto index = static_cast<std::size_t>(u * static_cast<double>(axis.choices.size()));
      return axis.choices[std::min(index, axis.choices.size() - 1)];
    }
    case Axis::Kind::integer:
      return std::min(axis.high, std::floor(axis.low + u * (axis.high - axis.low + 1)));
    case Axis::Kind::log:
      return u >= 1 ? axis.high : axis.low * math::exp(u * math::log(axis.high / axis.low));
    case Axis::Kind::linear:
      break;
  }
  return u >= 1 ? axis.high : axis.low + u * (axis.high - axis.low);
}

// The values of an axis in a full grid.
std::vector<Value> grid_of(const Axis& axis, const FamilySpace& space, const SweepConfig& config) {
  if (axis.kind == Axis::Kind::choice) return axis.choices;
  if (!axis.grid_points && axis.kind != Axis::Kind::integer)
    throw InputError(
        fmt::format("{}:{}: family {}: {} has no grid (the method is grid, and a range has endless points) "
                    "add grid = N to it, or choose method random or sobol",
                    config.file.string(), space.line, space.family, axis.argument));
  const double range = axis.high - axis.low;
  const double points = axis.grid_points ? *axis.grid_points : range + 1;
  if (points > kMostGridPoints)
    throw InputError(fmt::format("{}:{}: family {}: {} has {:.0f} grid points (at most {:.0f} are allowed) narrow it",
                                 config.file.string(), space.line, space.family, axis.argument, points,
                                 kMostGridPoints));
  std::vector<Value> values;
  for (int i = 0; i < static_cast<int>(points); ++i) {
    const double u = points > 1 ? i / (points - 1) : 0.0;
    const double value =
        axis.kind == Axis::Kind::integer ? std::round(axis.low + u * range) : std::get<double>(value_at(axis, u));
    if (values.empty() || std::get<double>(values.back()) != value) values.push_back(value);
  }
  return values;
}

constexpr std::size_t kMapNode = 4 * sizeof(void*);  // beside its key and value

std::size_t heap_bytes(const Arguments& arguments);

struct HeapBytes {
  std::size_t operator()(double) const { return 0; }
  std::size_t operator()(const std::string& word) const {
    return word.capacity() > std::string().capacity() ? word.capacity() + 1 : 0;
  }
  std::size_t operator()(const std::vector<double>& numbers) const { return numbers.capacity() * sizeof(double); }
  std::size_t operator()(const std::vector<Arguments>& phases) const {
    std::size_t bytes = phases.capacity() * sizeof(Arguments);
    for (const Arguments& phase : phases) bytes += heap_bytes(phase);
    return bytes;
  }
};

std::size_t heap_bytes(const Arguments& arguments) {
  std::size_t bytes = 0;
  for (const auto& entry : arguments.values)
    bytes += kMapNode + sizeof(entry) + HeapBytes()(entry.first) + std::visit(HeapBytes(), entry.second);
  return bytes;
}

class Builder {
 public:
  explicit Builder(const SweepConfig& config) : config_(config) {}

  void add(std::size_t family, Arguments arguments) {
    const FamilySpace& space = config_.families[family];
    try {
      Schedule schedule = make_schedule(arguments);
      candidates_.push_back({family, std::move(arguments), std::move(schedule)});
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}:{}: family {}: a point of this space is no schedule: {}", config_.file.string(),
                                   space.line, space.family, error.what()));
    }
  }

  void add_grid(std::size_t family) {
    const FamilySpace& space = config_.families[family];
    std::vector<std::vector<Value>> grids;
    double count = 1;
    for (const Axis& axis : space.axes) {
      grids.push_back(grid_of(axis, space, config_));
      count *= static_cast<double>(grids.back().size());
    }
    if (count > kMostGridPoints)
      throw InputError(
          fmt::format("{}:{}: family {}: its grid has {:.0f} points (at most {:.0f} are allowed) use fewer, "
                      "or method random or sobol",
                      config_.file.string(), space.line, space.family, count, kMostGridPoints));
    // The last axis runs fastest.
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      Arguments arguments = space.fixed;
      std::size_t rest = i;
      for (std::size_t a = space.axes.size(); a-- > 0; rest /= grids[a].size())
        arguments.values[space.axes[a].argument] = grids[a][rest % grids[a].size()];
      add(family, std::move(arguments));
    }
  }

  void add_points(std::size_t family, std::int64_t count) {
    const FamilySpace& space = config_.families[family];
    if (config_.method == SearchMethod::sobol && space.axes.size() > static_cast<std::size_t>(kSobolDimensions))
      throw InputError(
          fmt::format("{}:{}: family {} has {} ranges (method sobol takes at most {}) choose method random",
                      config_.file.string(), space.line, space.family, space.axes.size(), kSobolDimensions));
    // Without a range there is one point only.
    const std::int64_t points = space.axes.empty() ? 1 : count;
    for (std::int64_t i = 0; i < points; ++i) {
      Arguments arguments = space.fixed;
      for (std::size_t a = 0; a < space.axes.size(); ++a)
        arguments.values[space.axes[a].argument] = value_at(space.axes[a], coordinate(family, i, a));
      add(family, std::move(arguments));
    }
  }

  std::vector<Candidate> take() && { return std::move(candidates_); }

 private:
  double coordinate(std::size_t family, std::int64_t point, std::size_t axis) const {
    if (config_.method == SearchMethod::sobol)
      return sobol({config_.seed}, static_cast<std::uint32_t>(point), static_cast<int>(axis));
    const auto bits = random_bits(config_.seed, Stream::search, static_cast<std::uint64_t>(point),
                                  static_cast<std::uint32_t>(axis), static_cast<std::uint32_t>(family) + 2);
    return open_uniform(bits.word[0]);
  }

  const SweepConfig& config_;
  std::vector<Candidate> candidates_;
};

}  // namespace

std::size_t memory_bytes(const Candidate& candidate) {
  return sizeof(Candidate) + heap_bytes(candidate.arguments) + candidate.schedule.segments().size() * sizeof(Segment);
}

std::vector<Candidate> make_candidates(const SweepConfig& config) {
  Builder builder(config);
  const auto families = static_cast<std::int64_t>(config.families.size());
  for (std::int64_t f = 0; f < families; ++f) {
    const auto family = static_cast<std::size_t>(f);
    if (config.method == SearchMethod::grid) {
      builder.add_grid(family);
    } else {
      builder.add_points(family, config.candidates / families + (f < config.candidates % families ? 1 : 0));
    }
  }
  return std::move(builder).take();
}

}  // namespace losscast
