// fit.json. Input: the file.
#include <nlohmann/json.hpp>

#include "format/json_text.hpp"
#include "io/fit_json.hpp"
#include "losscast/io/fit_file.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  return fuzz::try_reader([&] {
    const Fit fit = read_fit(folder.write("fit.json", fuzz::text_of(data, size)));
    const std::string text = json_text(fit_json(fit, {}));
    const Fit again = read_fit(folder.write("again.json", text));
    fuzz::require(json_text(fit_json(again, {})) == text, "it reads back as another: " + text);
  });
}
