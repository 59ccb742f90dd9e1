#include "cli/kept_answer.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "format/json_text.hpp"
#include "format/kept_file.hpp"
#include "losscast/format/atomic_file.hpp"

namespace losscast {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

void keep_answer(const fs::path& folder, const Answer& answer, const ResultsPlaces& places) {
  const Json object = {{"plan", answer.plan},       {"json", Json::parse(answer.json)},
                       {"text", answer.text},       {"warnings", answer.warnings},
                       {"reasons", answer.reasons}, {kSealsKey, seals_of_results(folder, places)}};
  write_atomically(folder / kAnswerFile, json_text(object));
}

std::optional<Answer> kept_answer(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_regular_file(folder / kAnswerFile, ignored)) return {};
  try {
    const Json object = Json::parse(read_kept_file(folder / kAnswerFile));
    return Answer{object.at("plan"), json_text(object.at("json")), object.at("text"), object.at("warnings"),
                  object.at("reasons")};
  } catch (const Json::exception&) {
    return {};
  }
}

void give_answer(const Flags& flags, const Answer& answer) {
  for (const std::string& warning : answer.warnings) report_warning(warning);
  print(flags.has("json") ? answer.json : answer.text);
  require_reliable(flags, answer.reasons);
}

void give_answer_again(const Flags& flags, const Answer& answer, std::string_view called, const fs::path& folder) {
  report_progress(fmt::format("nothing to do: {} has the results of this {}", folder.string(), called));
  give_answer(flags, answer);
}

}  // namespace losscast
