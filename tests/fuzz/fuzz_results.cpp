// results.json, as `compare` reads it. Input: the file.
#include "losscast/io/best_schedule.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  return fuzz::try_reader([&] {
    const auto file = folder.write("results.json", fuzz::text_of(data, size));
    const BestSchedule best = read_best_schedule(file.parent_path());
    const std::string text = schedule_text(best.arguments);
    fuzz::require(parse_schedule_text(text, "best") == best.arguments, "it reads back as another: " + text);
  });
}
