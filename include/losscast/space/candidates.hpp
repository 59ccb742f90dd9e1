/// \file
/// The candidates of a search: points of its families' spaces, and their recipes.
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

/// A point of a family's space.
struct Candidate {
  std::size_t family;   ///< of SearchSpace::families
  Arguments arguments;  ///< fixed and chosen ones, `family` included
  Recipe recipe;        ///< that the arguments describe
};

/// All candidates, numbered family after family: the full grid, the last axis fastest, or points of a random or Sobol
/// sequence that depend on the seed alone. None is kept: each is made when it is asked for.
class CandidateList {
 public:
  /// Throws InputError naming family, line and argument: for a grid without points or above kMostGridPoints, too many
  /// axes for Sobol's sequence, or a constraint that cannot be understood.
  CandidateList(SearchSpace space, std::uint64_t seed);
  /// Frees the list.
  ~CandidateList();
  /// Leaves nothing behind that may be used.
  CandidateList(CandidateList&&) noexcept;

  /// Leaves out further points: those whose recipe does not hold. Called by several threads at once.
  void keep_only(std::function<bool(const Recipe&)> holds);

  /// Whether no constraint and no keep_only() leaves out this point of a family's space, which need not be a candidate.
  /// Throws as make() does.
  bool allows(std::size_t family, const Arguments& arguments) const;

  std::int64_t size() const;  ///< with the points that are left out
  /// The number of a family's first point, from which its others follow.
  std::int64_t first_number(std::size_t family) const;
  /// The space that the candidates lie in.
  const SearchSpace& space() const;

  /// Makes the candidates of these numbers, in this order, with nothing in place of a point that is left out. If the
  /// space has several horizons, they are trained for the one of the number `horizon`, by default the last. Throws
  /// InputError naming family, line and arguments if a point makes no schedule.
  std::vector<std::optional<Candidate>> make(std::span<const std::int64_t> numbers, int threads = 1,
                                             std::optional<std::size_t> horizon = {}) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// All candidates of a space at once, without those that constraints exclude. Throws InputError if these exclude all.
std::vector<Candidate> make_candidates(const SearchSpace& space, std::uint64_t seed, int threads = 1);

/// Throws the InputError for a space of which constraints exclude every point.
[[noreturn]] void throw_no_candidate(const SearchSpace& space);

/// Memory that a candidate takes, with what it points to. Tables of LRs do not count, as candidates share them. [bytes]
std::size_t memory_bytes(const Candidate& candidate);

}  // namespace losscast
