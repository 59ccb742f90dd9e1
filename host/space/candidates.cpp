#include "losscast/space/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/sobol.hpp"
#include "losscast/random/uniform.hpp"
#include "losscast/schedule/families.hpp"
#include "space/axis_points.hpp"
#include "space/constraints.hpp"

namespace losscast {
namespace {

// Candidates that one thread makes at a time: constraints are compiled once for them.
constexpr std::int64_t kTogether = 256;

constexpr std::size_t kMapNode = 4 * sizeof(void*);  // beside its key and value

std::size_t heap_bytes(const Arguments& arguments);

struct HeapBytes {
  std::size_t operator()(double) const { return 0; }
  std::size_t operator()(const std::string& word) const {
    return word.capacity() > std::string().capacity() ? word.capacity() + 1 : 0;
  }
  std::size_t operator()(const std::vector<double>& numbers) const { return numbers.capacity() * sizeof(double); }
  std::size_t operator()(const Stairs& stairs) const { return (*this)(stairs.steps) + (*this)(stairs.values); }
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

std::string place_of(const SearchSpace& space, const FamilySpace& family) {
  return fmt::format("{}:{}: family {}", space.file.string(), family.line, family.family);
}

using Grids = std::vector<std::vector<Value>>;  // the values of each axis

}  // namespace

struct CandidateList::Parts {
  SearchSpace space;
  std::uint64_t seed;
  std::vector<std::int64_t> ends;  // of the families: numbers of their last candidates, plus 1
  std::vector<Grids> grids;        // of each family; empty unless the method is grid
  std::function<bool(const Recipe&)> holds = nullptr;

  std::int64_t first_of(std::size_t family) const { return family == 0 ? 0 : ends[family - 1]; }

  std::int64_t add_grid(const FamilySpace& family) {
    grids.emplace_back();
    double count = 1;
    for (const Axis& axis : family.axes) {
      grids.back().push_back(grid_of(axis, place_of(space, family)));
      count *= static_cast<double>(grids.back().back().size());
    }
    if (count > kMostGridPoints)
      throw InputError(fmt::format("{}: its grid has {:.0f} points", place_of(space, family), count),
                       fmt::format("at most {:.0f} are allowed", kMostGridPoints),
                       "use fewer, or method random or sobol");
    return static_cast<std::int64_t>(count);
  }

  std::int64_t add_points(const FamilySpace& family, std::int64_t share) const {
    if (space.method == SearchMethod::sobol && family.axes.size() > static_cast<std::size_t>(kSobolDimensions))
      throw InputError(fmt::format("{} has {} ranges", place_of(space, family), family.axes.size()),
                       fmt::format("method sobol takes at most {}", kSobolDimensions), "choose method random");
    // Without a range there is one point only.
    return family.axes.empty() ? 1 : share;
  }

  double coordinate(std::size_t family, std::int64_t point, std::size_t axis) const {
    if (space.method == SearchMethod::sobol)
      return sobol({seed}, static_cast<std::uint32_t>(point), static_cast<int>(axis));
    const auto bits = random_bits(seed, Stream::search, static_cast<std::uint64_t>(point),
                                  static_cast<std::uint32_t>(axis), static_cast<std::uint32_t>(family) + 2);
    return open_uniform(bits.word[0]);
  }

  Arguments arguments_of(std::size_t family, std::int64_t point) const {
    const FamilySpace& family_space = space.families[family];
    Arguments arguments = family_space.fixed;
    if (space.method == SearchMethod::grid) {
      auto rest = static_cast<std::size_t>(point);
      for (std::size_t a = family_space.axes.size(); a-- > 0; rest /= grids[family][a].size())
        arguments.values[family_space.axes[a].argument] = grids[family][a][rest % grids[family][a].size()];
    } else {
      for (std::size_t a = 0; a < family_space.axes.size(); ++a)
        arguments.values[family_space.axes[a].argument] = value_at(family_space.axes[a], coordinate(family, point, a));
    }
    return arguments;
  }

  std::optional<Candidate> make(std::int64_t number, std::optional<std::size_t> horizon,
                                std::vector<std::optional<Constraints>>& constraints) const {
    const auto family = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), number) - ends.begin());
    const FamilySpace& family_space = space.families[family];
    Arguments arguments = arguments_of(family, number - first_of(family));
    if (!space.horizons.empty())
      arguments.values["total_steps"] =
          static_cast<double>(space.horizons[horizon.value_or(space.horizons.size() - 1)]);
    if (!family_space.constraints.empty()) {
      if (!constraints[family]) constraints[family].emplace(family_space, space.file);
      if (!constraints[family]->hold_for(arguments)) return std::nullopt;
    }
    try {
      Recipe recipe = make_recipe(arguments);
      if (holds && !holds(recipe)) return std::nullopt;
      return Candidate{family, std::move(arguments), std::move(recipe)};
    } catch (const InputError& error) {
      throw InputError(error.at("a point of this space is no schedule").what(), "",
                       "narrow the ranges, or exclude such points by a constraint")
          .at(place_of(space, family_space));
    }
  }
};

CandidateList::CandidateList(SearchSpace space, std::uint64_t seed)
    : parts_(std::make_unique<Parts>(Parts{std::move(space), seed, {}, {}, {}})) {
  const SearchSpace& all = parts_->space;
  const auto families = static_cast<std::int64_t>(all.families.size());
  std::int64_t end = 0;
  for (std::int64_t f = 0; f < families; ++f) {
    const FamilySpace& family = all.families[static_cast<std::size_t>(f)];
    const Constraints understood(family, all.file);
    end += all.method == SearchMethod::grid
               ? parts_->add_grid(family)
               : parts_->add_points(family, all.candidates / families + (f < all.candidates % families ? 1 : 0));
    parts_->ends.push_back(end);
  }
}

CandidateList::~CandidateList() = default;
CandidateList::CandidateList(CandidateList&&) noexcept = default;

void CandidateList::keep_only(std::function<bool(const Recipe&)> holds) { parts_->holds = std::move(holds); }

bool CandidateList::allows(std::size_t family, const Arguments& arguments) const {
  if (!Constraints(parts_->space.families[family], parts_->space.file).hold_for(arguments)) return false;
  return !parts_->holds || parts_->holds(make_recipe(arguments));
}

std::int64_t CandidateList::size() const { return parts_->ends.empty() ? 0 : parts_->ends.back(); }

std::int64_t CandidateList::first_number(std::size_t family) const { return parts_->first_of(family); }

const SearchSpace& CandidateList::space() const { return parts_->space; }

std::vector<std::optional<Candidate>> CandidateList::make(std::span<const std::int64_t> numbers, int threads,
                                                          std::optional<std::size_t> horizon) const {
  std::vector<std::optional<Candidate>> made(numbers.size());
  const auto count = static_cast<std::int64_t>(numbers.size());
  parallel_for((count + kTogether - 1) / kTogether, threads, [&](std::int64_t part) {
    std::vector<std::optional<Constraints>> constraints(parts_->space.families.size());
    for (std::int64_t i = part * kTogether; i < std::min(count, (part + 1) * kTogether); ++i)
      made[static_cast<std::size_t>(i)] = parts_->make(numbers[static_cast<std::size_t>(i)], horizon, constraints);
  });
  return made;
}

std::vector<Candidate> make_candidates(const SearchSpace& space, std::uint64_t seed, int threads) {
  const CandidateList list(space, seed);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(list.size()));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  std::vector<Candidate> candidates;
  for (std::optional<Candidate>& one : list.make(numbers, threads))
    if (one) candidates.push_back(std::move(*one));
  if (candidates.empty() && !space.families.empty()) throw_no_candidate(space);
  return candidates;
}

void throw_no_candidate(const SearchSpace& space) {
  throw InputError(fmt::format("{}: no candidate meets the constraints of its family", space.file.string()),
                   "nothing is left to search", "widen the ranges, loosen the constraints, or ask for more candidates");
}

std::size_t memory_bytes(const Candidate& candidate) {
  return sizeof(Candidate) + heap_bytes(candidate.arguments) +
         candidate.recipe.schedule.segments().size() * sizeof(Segment);
}

}  // namespace losscast
