// A sweep file, and settings that beat it. Input: the file, then perhaps settings.
#include "losscast/io/sweep_file.hpp"
#include "losscast/space/candidates.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

namespace {

// Makes some candidates, which may turn out to be impossible.
void make_some(const SweepConfig& config) {
  constexpr std::int64_t kMost = 10'000;  // to be made in no time
  const CandidateList list(config.space, config.seed);
  if (list.size() == 0 || list.size() > kMost) return;
  const std::int64_t numbers[] = {0, list.size() / 2, list.size() - 1};
  list.make(numbers);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  const std::vector<std::string> parts = fuzz::parts_of(fuzz::text_of(data, size));
  const std::vector<std::string> settings(parts.begin() + 1, parts.end());
  return fuzz::try_reader([&] {
    const SweepConfig config = read_sweep(folder.write("sweep.toml", parts[0]), settings);
    const SweepConfig again = read_sweep(folder.write("again.toml", config.resolved), {});
    fuzz::require(again.resolved == config.resolved, "it reads back as another: " + config.resolved);
    make_some(config);
  });
}
