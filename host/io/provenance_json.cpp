#include "io/provenance_json.hpp"

#include <nlohmann/json.hpp>

namespace losscast {

nlohmann::ordered_json provenance_json(const Provenance& provenance) {
  nlohmann::ordered_json object = {{"command_line", provenance.command_line},
                                   {"inputs", provenance.inputs},
                                   {"version", provenance.version},
                                   {"revision", provenance.revision},
                                   {"build", provenance.build},
                                   {"device", provenance.device},
                                   {"date", provenance.date}};
  if (!provenance.plan.empty()) object["plan"] = provenance.plan;
  return object;
}

}  // namespace losscast
