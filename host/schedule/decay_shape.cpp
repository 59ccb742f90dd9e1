#include "schedule/decay_shape.hpp"

namespace losscast {

std::vector<std::string> decay_shape_words() { return {"linear", "exponential", "sqrt", "cosine", "halving"}; }

Shape decay_shape(const std::string& word) {
  if (word == "exponential") return Shape::exponential;
  if (word == "sqrt") return Shape::one_minus_sqrt;
  if (word == "cosine") return Shape::cosine;
  if (word == "power") return Shape::power;
  if (word == "halving") return Shape::halving;
  return Shape::linear;
}

}  // namespace losscast
