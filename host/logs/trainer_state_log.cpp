// Hugging Face's trainer_state.json, whose log_history has an entry for each logged step or evaluation.
#include <nlohmann/json.hpp>

#include "logs/json_rows.hpp"
#include "logs/reader.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

constexpr const char* kHistory = "log_history";

bool recognises(std::string_view content) {
  const std::size_t first = content.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && content[first] == '{' &&
         content.find("\"log_history\"") != std::string_view::npos;
}

nlohmann::json read_history(const nlohmann::json& state) {
  if (!state.is_object() || !state.contains(kHistory) || !state[kHistory].is_array())
    throw InputError("there is no list \"log_history\"", "it holds what the Trainer logged",
                     "name the trainer_state.json of a checkpoint");
  return state[kHistory];
}

std::vector<LogTable> read(const std::filesystem::path& file, std::string_view content) try {
  const nlohmann::json state = parse_python_json(content);
  LogTableBuilder builder(file);
  for (const nlohmann::json& entry : read_history(state)) {
    builder.begin_row(0);
    if (entry.is_object()) add_object(builder, entry);
  }
  LogTable& table = builder.table();
  if (const auto most = state.find("max_steps"); most != state.end() && most->is_number_integer() && *most > 0)
    table.total_steps = most->get<Step>();
  table.loss = LoggedLoss::mean_since_last_entry;
  return {std::move(builder).take()};
} catch (const InputError& error) {
  throw error.at(file.string());
}

}  // namespace

LogReader trainer_state_log() {
  return {"trainer-state", "trainer_state.json of Hugging Face's Trainer", recognises, read};
}

}  // namespace losscast
