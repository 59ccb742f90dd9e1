#include "losscast/io/fit_file.hpp"

#include <nlohmann/json.hpp>

#include "format/json_document.hpp"
#include "format/json_text.hpp"
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

Fit read_fit(const std::filesystem::path& file) { return read_fit_document(read_json_file(file)); }

}  // namespace losscast
