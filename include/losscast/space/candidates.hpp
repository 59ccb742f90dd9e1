// The candidates of a search: points of its families' spaces, and their recipes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "losscast/schedule/recipe.hpp"
#include "losscast/space/space.hpp"

namespace losscast {

struct Candidate {
  std::size_t family;   // of SearchSpace::families
  Arguments arguments;  // fixed and chosen ones, `family` included
  Recipe recipe;
};

inline constexpr double kMostGridPoints = 1e7;  // of a family

// All candidates, numbered family after family: the full grid, the last axis fastest, or points of a random or Sobol
// sequence that depend on the seed alone. None is kept: each is made when it is asked for.
class CandidateList {
 public:
  // Throws InputError naming family, line and argument: for a grid without points or above kMostGridPoints, too many
  // axes for Sobol's sequence, or a constraint that cannot be understood.
  CandidateList(SearchSpace space, std::uint64_t seed);
  ~CandidateList();
  CandidateList(CandidateList&&) noexcept;

  // Leaves out further points: those whose recipe does not hold. Called by several threads at once.
  void keep_only(std::function<bool(const Recipe&)> holds);

  // Whether a point of a family's space, on or between its candidates, is left out by nothing. Throws as make() does.
  bool allows(std::size_t family, const Arguments& arguments) const;

  std::int64_t size() const;  // with the points that are left out
  const SearchSpace& space() const;

  // Those of these numbers, in their order, trained for the space's horizon of this number (where it has several; by
  // default the last); nothing in place of a point that is left out. Throws InputError
  // naming family, line and arguments if a point makes no schedule.
  std::vector<std::optional<Candidate>> make(std::span<const std::int64_t> numbers, int threads = 1,
                                             std::optional<std::size_t> horizon = {}) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// All of them at once, without those that constraints exclude. Throws InputError if those are all.
std::vector<Candidate> make_candidates(const SearchSpace& space, std::uint64_t seed, int threads = 1);

// What to say where constraints exclude every point.
[[noreturn]] void throw_no_candidate(const SearchSpace& space);

// Memory that a candidate takes, with what it points to, but for tables of LRs, which candidates share. [bytes]
std::size_t memory_bytes(const Candidate& candidate);

}  // namespace losscast
