#include "losscast/io/spikes_text.hpp"

#include <fmt/format.h>

#include "format/toml_document.hpp"
#include "format/toml_text.hpp"
#include "io/spikes_document.hpp"
#include "io/spikes_keys.hpp"

namespace losscast {

Spikes parse_spikes(std::string_view text, std::string_view origin) {
  if (text == kNoSpikes) return {};
  return read_spikes(parse_toml_value(text, origin));
}

std::string spikes_text(const Spikes& spikes) {
  std::string entries;
  for (const auto& [name, member] : kSpikesKeys)
    if (is_said(spikes, member))
      entries += fmt::format("{}{} = {}", entries.empty() ? "" : ", ", name, toml_number(spikes.*member));
  return fmt::format("{{ {} }}", entries);
}

}  // namespace losscast
