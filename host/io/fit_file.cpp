#include "losscast/io/fit_file.hpp"

#include <nlohmann/json.hpp>

#include "format/json_document.hpp"
#include "format/json_text.hpp"
#include "io/file_kind.hpp"
#include "io/fit_document.hpp"
#include "io/fit_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"

namespace losscast {

void write_fit(const std::filesystem::path& file, const Fit& fit, const Provenance& provenance) {
  const nlohmann::ordered_json json = fit_json(fit, provenance);
  try {
    read_fit_document(json_document(json, file));
  } catch (const InputError& error) {
    throw Error(ExitCode::internal_or_io, error.at("this fit is not written, since it could not be read back"));
  }
  write_atomically(file, json_text(json));
}

void write_fits(const std::filesystem::path& file, std::span<const Fit> fits, const Provenance& provenance) {
  nlohmann::ordered_json sizes = nlohmann::ordered_json::array();
  for (const Fit& fit : fits) sizes.push_back(fit_json(fit, provenance));
  const nlohmann::ordered_json json = {{"format", Fit::kFormat}, {"sizes", std::move(sizes)}};
  try {
    const DocumentNode document = json_document(json, file);
    for (const double size : read_sizes_document(document)) read_fit_document(document, size);
  } catch (const InputError& error) {
    throw Error(ExitCode::internal_or_io, error.at("these fits are not written, since they could not be read back"));
  }
  write_atomically(file, json_text(json));
}

void write_draws(const std::filesystem::path& file, const Fit& fit) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  const std::size_t length = fit.draws.size() / Fit::kChains;
  for (std::size_t p = 0; p < fit.parameters.size(); ++p) {
    if (fit.parameters[p].standard_error == 0) continue;
    nlohmann::ordered_json& chains = json[fit.parameters[p].name] = nlohmann::ordered_json::array();
    for (std::size_t chain = 0; chain < Fit::kChains; ++chain) {
      std::vector<double> draws;
      for (std::size_t i = 0; i < length; ++i) draws.push_back(fit.draws[chain * length + i][p]);
      chains.push_back(draws);
    }
  }
  write_atomically(file, json_text(json));
}

namespace {

DocumentNode read_root(const std::filesystem::path& file) {
  DocumentNode root = read_json_file(file);
  require_kind(root, FileKind::fit);
  return root;
}

}  // namespace

Fit read_fit(const std::filesystem::path& file, const std::optional<double>& params) {
  return read_fit_document(read_root(file), params);
}

std::vector<double> read_fit_sizes(const std::filesystem::path& file) { return read_sizes_document(read_root(file)); }

}  // namespace losscast
