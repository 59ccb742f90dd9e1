#include "bench/common/public_curves.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/io/curve_csv.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::bench {
namespace {

using Row = std::map<std::string, std::string>;

constexpr double kWeightDecay = 0.1;  // of all these runs

std::vector<std::string> split_words(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream text(line);
  for (std::string word; std::getline(text, word, ',');) words.push_back(word);
  return words;
}

std::vector<Row> read_rows(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream)
    throw InputError(file.string() + " cannot be read", "it lists the runs of one model size",
                     "name a folder that holds it");
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> names = split_words(line);
  std::vector<Row> rows;
  while (std::getline(stream, line)) {
    const std::vector<std::string> words = split_words(line);
    Row row;
    for (std::size_t i = 0; i < std::min(words.size(), names.size()); ++i) row[names[i]] = words[i];
    rows.push_back(row);
  }
  return rows;
}

double number(const Row& row, const std::string& key) {
  const auto at = row.find(key);
  const auto value = at == row.end() ? std::nullopt : parse_number(at->second);
  if (!value) throw InputError("runs.csv has a row without a number for " + key, "every run needs one", "correct it");
  return *value;
}

Schedule schedule_of(const Row& row) {
  const std::string& family = row.at("family");
  const std::string wsd = "wsd-";
  Arguments arguments;
  auto& values = arguments.values;
  values["family"] = family.starts_with(wsd) ? "wsd" : family;
  if (family.starts_with(wsd)) values["shape"] = family.substr(wsd.size());
  for (const char* key : {"peak_lr", "warmup_steps", "total_steps"}) values[key] = number(row, key);
  if (family != "constant") values["final_lr"] = number(row, "final_lr");
  if (family.starts_with(wsd) || family == "two-stage") values["decay_start"] = number(row, "decay_start");
  return make_schedule(arguments);
}

}  // namespace

std::vector<PublicCurve> read_public_curves(const std::filesystem::path& folder) {
  std::vector<PublicCurve> all;
  for (const Row& row : read_rows(folder / "runs.csv")) {
    const std::filesystem::path file = folder / (row.at("run") + ".csv");
    const Schedule schedule = schedule_of(row);
    auto points = read_curve_csv(file, {.total_steps = schedule.total_steps()}).points;
    all.push_back({Curve{.name = row.at("run"),
                         .file = file,
                         .recipe = schedule,
                         .points = std::move(points),
                         .weight_decay = kWeightDecay,
                         .initial_rms = 0.02},
                   static_cast<Step>(number(row, "warmup_steps")),
                   row.at("published_split") == "train" ? Split::train : Split::test});
  }
  return all;
}

std::vector<Curve> curves_of(const std::vector<PublicCurve>& all, Split split) {
  std::vector<Curve> curves;
  for (const PublicCurve& one : all)
    if (one.split == split) curves.push_back(one.curve);
  return curves;
}

}  // namespace losscast::bench
