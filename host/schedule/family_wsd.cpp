// Warm-up, a stable phase at the peak until s0, a cool-down of a chosen shape: WSD. Source: Hu et al. 2024,
// arXiv 2404.06395; Haegele et al. 2024, arXiv 2405.18392 (linear and 1 - sqrt).
#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "schedule/decay.hpp"
#include "schedule/decay_shape.hpp"
#include "schedule/floor.hpp"

namespace losscast {

namespace {

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  const Run run = read_run(arguments);
  const std::string word = arguments.word_or("shape", "linear");
  const Shape shape = decay_shape(word);
  if (shape != Shape::power && arguments.has("exponent"))
    throw ArgumentError("exponent", fmt::format("exponent is given for the shape \"{}\"", word),
                        "only \"power\" has one", "remove it, or set shape = \"power\"");
  const double exponent = arguments.positive_number_or("exponent", 2);
  const Decay decay = read_decay(arguments, run, read_required_decay_start(arguments, run), shape, exponent);
  if (shape == Shape::exponential)
    require_positive_final_lr(arguments, decay.final_lr, "an exponential decay never comes to 0");
  return decaying_schedule(arguments, run, decay);
}

}  // namespace

Family wsd_family() {
  std::vector<std::string> shapes = decay_shape_words();
  shapes.push_back("power");
  return {"wsd", "warm-up, stable, decay: a long phase at the peak, then a cool-down; the length need not be planned",
          joined({run_arguments(),
                  decay_start_arguments(""),
                  final_lr_arguments("0"),
                  decay_end_argument(),
                  progress_argument(),
                  floor_arguments(),
                  {{"shape", FamilyArgument::Kind::word, "of the cool-down; sqrt is 1 - sqrt z", "linear", shapes},
                   {"exponent", FamilyArgument::Kind::number, "of the time left, above 0; shape power only", "2"}}}),
          make};
}

}  // namespace losscast
