// Constraints between the arguments of a family, evaluated.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "losscast/space/space.hpp"

namespace losscast {

// The constraints of one space. Not for use by several threads at once: each makes its own.
class Constraints {
 public:
  // Throws InputError, naming the constraint, if one cannot be understood or names what is no number here.
  Constraints(const FamilySpace& space, const std::filesystem::path& file);
  ~Constraints();
  Constraints(Constraints&&) noexcept;

  // Precondition: `arguments` are a point of the space.
  bool hold_for(const Arguments& arguments);

 private:
  struct Compiled;
  std::vector<std::unique_ptr<Compiled>> compiled_;
};

}  // namespace losscast
