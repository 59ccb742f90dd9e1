#include "space/constraints.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <muParser.h>

#include <algorithm>
#include <map>

#include "losscast/base/error.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {
namespace {

// The arguments of a space that are numbers at each of its points.
std::vector<std::string> numbers_of(const FamilySpace& space) {
  const auto is_number = [](const Value& value) { return std::holds_alternative<double>(value); };
  std::vector<std::string> names;
  for (const auto& [name, value] : space.fixed.values)
    if (is_number(value)) names.push_back(name);
  for (const Axis& axis : space.axes)
    if (axis.kind != Axis::Kind::choice || std::all_of(axis.choices.begin(), axis.choices.end(), is_number))
      names.push_back(axis.argument);
  return names;
}

[[noreturn]] void reject(const FamilySpace& space, const std::filesystem::path& file, const std::string& constraint,
                         std::string_view problem, std::string_view why, std::string_view remedy) {
  throw InputError(fmt::format("constraint \"{}\" {}", constraint, problem), why, remedy)
      .at(fmt::format("{}:{}: family {}", file.string(), space.line, space.family));
}

}  // namespace

struct Constraints::Compiled {
  mu::Parser parser;
  std::map<std::string, double> values;  // of the arguments that it names; the parser knows where they lie
};

Constraints::Constraints(const FamilySpace& space, const std::filesystem::path& file) {
  const std::vector<std::string> known = numbers_of(space);
  for (const std::string& text : space.constraints) {
    auto one = std::make_unique<Compiled>();
    try {
      one->parser.SetExpr(text);
      for (const auto& [name, place] : one->parser.GetUsedVar()) {
        if (std::find(known.begin(), known.end(), name) == known.end())
          reject(space, file, text, fmt::format("names {}", name),
                 fmt::format("the numbers of this space are: {}", fmt::join(known, ", ")),
                 suggestion(name, known, "use these", Quotes::none));
        one->values[name] = 0;
      }
      for (auto& [name, value] : one->values) one->parser.DefineVar(name, &value);
      one->parser.Eval();  // compiles
    } catch (const mu::ParserError& error) {
      reject(space, file, text, "cannot be understood", error.GetMsg(),
             "write a comparison of arguments, such as \"warmup_fraction + decay_fraction <= 1\"");
    }
    compiled_.push_back(std::move(one));
  }
}

Constraints::~Constraints() = default;
Constraints::Constraints(Constraints&&) noexcept = default;

bool Constraints::hold_for(const Arguments& arguments) {
  for (const auto& one : compiled_) {
    for (auto& [name, value] : one->values) value = std::get<double>(arguments.values.at(name));
    if (one->parser.Eval() == 0) return false;
  }
  return true;
}

}  // namespace losscast
