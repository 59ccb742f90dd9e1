#include "frameworks/python_code.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "frameworks/nearest_form.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/schedule/describe.hpp"

namespace losscast {

namespace {

constexpr std::size_t kMostPieces = 100;
constexpr Step kMostRates = 1000;

// The definition of a form's function of the progress z, from 0 to 1, between the rates `start` and `end`.
struct FormCode {
  Shape shape;
  std::string_view name;
  std::string_view definition;  // {0}: the module of elementary functions, {1}: the smaller of two numbers
};

constexpr FormCode kForms[] = {
    {Shape::linear, "linear", "(start, end, z):\n    return end + (start - end) * (1 - z)\n"},
    {Shape::cosine, "cosine", "(start, end, z):\n    return end + (start - end) * {0}.cos({0}.pi * z / 2) ** 2\n"},
    {Shape::exponential, "exponential", "(start, end, z):\n    return start * (end / start) ** z\n"},
    {Shape::one_minus_sqrt, "one_minus_sqrt", "(start, end, z):\n    return end + (start - end) * (1 - {0}.sqrt(z))\n"},
    {Shape::power, "power", "(start, end, z, exponent):\n    return end + (start - end) * (1 - z) ** exponent\n"},
    {Shape::halving, "halving", "(start, end, z):\n    return end + (start - end) * (2 ** (1 - z) - 1)\n"},
    {Shape::logarithm, "logarithm",
     "(start, end, z, steps):\n    return start + (end - start) * {1}(1, {0}.log(1 + steps * z) / {0}.log(steps))\n"},
    {Shape::inverse_sqrt, "inverse_sqrt", "(start, z):\n    return start / {0}.sqrt(1 + z)\n"},
    {Shape::step_power, "step_power", "(start, z, exponent):\n    return start * (1 + z) ** -exponent\n"},
};

const FormCode* code_of(Shape shape) {
  const auto found =
      std::find_if(std::begin(kForms), std::end(kForms), [&](const FormCode& form) { return form.shape == shape; });
  return found == std::end(kForms) ? nullptr : &*found;
}

bool takes_exponent(Shape shape) {
  return shape == Shape::power || shape == Shape::logarithm || shape == Shape::step_power;
}

// The LR of a segment as an expression of t, the updates since its first.
std::string expression(const Segment& g) {
  const FormCode* form = code_of(g.shape);
  if (form == nullptr) return number_text(g.from);
  const std::string time = g.offset == 0 ? "t" : fmt::format("(t + {})", number_text(g.offset));
  std::string progress = fmt::format("{} / {}", time, number_text(g.span));
  if (g.warp != 1) progress = fmt::format("({}) ** {}", progress, number_text(g.warp));
  const bool has_end = g.shape != Shape::inverse_sqrt && g.shape != Shape::step_power;
  return fmt::format("{}({}{}, {}{})", form->name, number_text(g.from), has_end ? ", " + number_text(g.to) : "",
                     progress, takes_exponent(g.shape) ? ", " + number_text(g.exponent) : "");
}

}  // namespace

PythonForm python_form(const Schedule& schedule) {
  const auto segments = schedule.segments();
  const bool has_table =
      std::any_of(segments.begin(), segments.end(), [](const Segment& g) { return g.shape == Shape::table; });
  if (!has_table && segments.size() <= kMostPieces) return PythonForm::pieces;
  return schedule.total_steps() <= kMostRates ? PythonForm::short_rates : PythonForm::rates_file;
}

std::string python_heading(const Recipe& recipe) {
  require_peak(recipe);
  return fmt::format("# A learning-rate schedule, written by losscast.\n# {}\n", describe(recipe.schedule));
}

std::string python_pieces(const Schedule& schedule, const PythonDialect& dialect) {
  std::string definitions, pieces;
  for (const FormCode& form : kForms) {
    const auto segments = schedule.segments();
    if (std::any_of(segments.begin(), segments.end(), [&](const Segment& g) { return g.shape == form.shape; }))
      definitions += fmt::format("\n\ndef {}{}", form.name,
                                 fmt::format(fmt::runtime(form.definition), dialect.math, dialect.minimum));
  }
  for (const Segment& g : schedule.segments())
    pieces += fmt::format("    ({}, lambda t: {}),\n", g.begin, expression(g));
  return fmt::format(
      "PEAK_LR = {}\nTOTAL_STEPS = {}\n{}\n\n"
      "# The first update of each piece, and the learning rate t updates later.\nPIECES = [\n{}]\n",
      number_text(schedule.peak_lr()), schedule.total_steps(), definitions, pieces);
}

std::string python_rates(const Schedule& schedule, PythonForm form, const std::string& rates_file) {
  std::string text =
      fmt::format("PEAK_LR = {}\nTOTAL_STEPS = {}\n\n", number_text(schedule.peak_lr()), schedule.total_steps());
  if (form == PythonForm::rates_file)
    return text + fmt::format(
                      "# The learning rate of every update, from the file beside this one.\n"
                      "with open(pathlib.Path(__file__).with_name(\"{}\"), encoding=\"utf-8\") as file:\n"
                      "    RATES = [float(row[\"lr\"]) for row in csv.DictReader(file)]\n",
                      rates_file);
  std::vector<double> lrs(static_cast<std::size_t>(schedule.total_steps()));
  schedule.fill(0, lrs);
  text += "# The learning rate of every update.\nRATES = [\n";
  constexpr std::size_t kInALine = 4;
  for (std::size_t s = 0; s < lrs.size(); ++s)
    text += fmt::format("{}{},{}", s % kInALine == 0 ? "    " : " ", number_text(lrs[s]),
                        s % kInALine == kInALine - 1 || s + 1 == lrs.size() ? "\n" : "");
  return text + "]\n";
}

std::string python_stairs(const StepValues& values) {
  std::string text = fmt::format("[(0, {})", number_text(values.at(0)));
  for (const Step step : values.changes()) text += fmt::format(", ({}, {})", step, number_text(values.at(step)));
  return text + "]";
}

}  // namespace losscast
