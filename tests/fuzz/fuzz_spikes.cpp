// The value of --spikes. Input: the text.
#include "losscast/io/spikes_text.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::try_reader([&] {
    const Spikes spikes = parse_spikes(fuzz::text_of(data, size), "--spikes");
    fuzz::require(spikes.any(), "spikes that are off were accepted");
  });
}
