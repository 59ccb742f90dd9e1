// The progress file of a race. Input: what it holds, to which the seal is added. A file that cannot be understood is no
// error: the race starts anew.
#include "io/sealed_text.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/io/search_progress.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

namespace {

constexpr const char* kIdentity = "fuzz";  // of the seeds

std::string written(const std::filesystem::path& file, const SearchProgress& progress) {
  write_search_progress(file, kIdentity, progress.race, progress.best_of_draws);
  return read_text_file(file);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  return fuzz::try_reader([&] {
    const auto file = folder.write("progress.cbor", sealed_text("losscast progress 2", fuzz::text_of(data, size)));
    const std::optional<SearchProgress> progress = read_search_progress(file, kIdentity);
    if (!progress) throw InputError("it is not understood", "", "");
    const auto copy = folder.write("again.cbor", "");
    const std::string bytes = written(copy, *progress);
    const std::optional<SearchProgress> again = read_search_progress(copy, kIdentity);
    fuzz::require(again && written(copy, *again) == bytes, "it reads back as another");
  });
}
