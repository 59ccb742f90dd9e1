// Provenance in a JSON file.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "losscast/io/provenance.hpp"

namespace losscast {

nlohmann::ordered_json provenance_json(const Provenance& provenance);

}  // namespace losscast
