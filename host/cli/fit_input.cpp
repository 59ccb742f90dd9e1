#include "cli/fit_input.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

namespace {

const SdeModel& model_of(const Fit& fit, const std::string& file) {
  try {
    return find_model(fit.model);
  } catch (const ArgumentError& error) {
    throw error.at("model").at(file);
  }
}

void require_same_parameters(const Fit& fit, const SdeModel& model, const std::string& file) {
  const auto expected = model.parameters();
  bool same = expected.size() == fit.parameters.size();
  for (std::size_t p = 0; same && p < expected.size(); ++p) same = expected[p].name == fit.parameters[p].name;
  if (!same)
    throw InputError(fmt::format("parameters: these are not those of the model \"{}\"", fit.model),
                     "the fit may be from another version", "make the fit again")
        .at(file);
}

void require_within_bounds(const ModelParameter& parameter, double value, const std::string& place) {
  if (value < parameter.lower || value > parameter.upper)
    throw InputError(
        fmt::format("{} = {} is out of bounds", parameter.name, number_text(value)),
        fmt::format("the model allows {} to {}", number_text(parameter.lower), number_text(parameter.upper)),
        "make the fit again")
        .at(place);
}

}  // namespace

Fit read_usable_fit(const std::filesystem::path& path) {
  Fit fit = read_fit(path);
  const std::string file = path.string();
  const SdeModel& model = model_of(fit, file);
  require_same_parameters(fit, model, file);
  for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
    const ModelParameter& parameter = model.parameters()[p];
    require_within_bounds(parameter, fit.parameters[p].value, fmt::format("{}: parameters[{}]", file, p));
    for (std::size_t d = 0; d < fit.draws.size(); ++d)
      require_within_bounds(parameter, fit.draws[d][p], fmt::format("{}: draws[{}]", file, d));
  }
  return fit;
}

}  // namespace losscast
