// The values of --set, for one sweep file. Input: the settings.
#include "losscast/format/text_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  static const auto file = folder.write("sweep.toml", read_text_file(LOSSCAST_TEST_DATA "/sweep.toml"));
  const std::vector<std::string> settings = fuzz::parts_of(fuzz::text_of(data, size));
  return fuzz::try_reader([&] {
    const SweepConfig config = read_sweep(file, settings);
    const SweepConfig again = read_sweep(folder.write("again.toml", config.resolved), {});
    fuzz::require(again.resolved == config.resolved, "it reads back as another: " + config.resolved);
  });
}
