#include "losscast/io/spikes_text.hpp"

#include "format/toml_document.hpp"
#include "io/spikes_document.hpp"

namespace losscast {

Spikes parse_spikes(std::string_view text, std::string_view origin) {
  return read_spikes(parse_toml_value(text, origin));
}

}  // namespace losscast
