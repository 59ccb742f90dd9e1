// Forecasts on record. Input: the file. Its checksum is put right, so that what is behind it is reached.
#include <nlohmann/json.hpp>

#include "format/json_text.hpp"
#include "format/nesting.hpp"
#include "format/sha256.hpp"
#include "losscast/io/registration.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

namespace {

std::string with_checksum(const std::string& text) {
  if (too_deep_in_json(text)) return text;
  nlohmann::ordered_json document = nlohmann::ordered_json::parse(text, nullptr, false);
  if (!document.is_object()) return text;
  document.erase("sha256");
  try {
    document["sha256"] = sha256(json_text(document));
    return json_text(document);
  } catch (const nlohmann::ordered_json::exception&) {  // a text that is no UTF-8
    return text;
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  return fuzz::try_reader([&] {
    const std::string text = with_checksum(fuzz::text_of(data, size));
    const ReadRegistration record = read_registration(folder.write("record.json", text));
    const CurvePoint end = {record.forecast.total_steps, 3.0};
    const Verification verification = verify_forecast(record.forecast, {&end, 1});
    fuzz::require(verification.finished && !verification.sentence.empty(), "a point at the end is no end: " + text);
  });
}
