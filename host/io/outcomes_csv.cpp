#include "losscast/io/outcomes_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "losscast/base/error.hpp"
#include "losscast/format/csv_reader.hpp"
#include "losscast/io/architecture_file.hpp"

namespace losscast {

namespace {

// No training has numbers outside of these.
constexpr double kLowestLr = 1e-12, kHighestLr = 1e4, kFewestSteps = 1, kMostSteps = 1e12;

double number_between(const CsvReader& reader, std::size_t column, double lowest, double highest) {
  const double value = reader.number(column);
  if (!(lowest <= value && value <= highest))
    reader.fail(column, fmt::format("{:g} is not between {:g} and {:g}", value, lowest, highest),
                "no training is like that", "correct it");
  return value;
}

Embedding embedding_in(const CsvReader& reader, std::size_t column) {
  for (const auto& [word, embedding] : kEmbeddings)
    if (word == reader.text(column)) return embedding;
  reader.fail(column, fmt::format("there is no embedding \"{}\"", reader.text(column)),
              "there are: vanilla, scaled, layernorm, detach", "choose one");
}

bool yes_or_no(const CsvReader& reader, std::size_t column) {
  const std::string_view word = reader.text(column);
  if (word != "yes" && word != "no")
    reader.fail(column, fmt::format("\"{}\" is neither yes nor no", word), "the loss spiked or did not", "say which");
  return word == "yes";
}

}  // namespace

std::vector<TrainingOutcome> read_outcomes(const std::filesystem::path& file) {
  CsvReader reader(file);
  const std::size_t architecture = reader.column("architecture"), peak_lr = reader.column("peak_lr"),
                    steps = reader.column("steps"), spiked = reader.column("spiked");
  std::optional<std::size_t> embedding;
  if (std::ranges::find(reader.names(), "embedding") != reader.names().end()) embedding = reader.column("embedding");
  std::vector<TrainingOutcome> outcomes;
  while (reader.next_row()) {
    TrainingOutcome& outcome = outcomes.emplace_back();
    if (reader.text(architecture).empty())
      reader.fail(architecture, "the file's name is missing", "it describes the model", "add it");
    outcome.architecture = read_architecture(file.parent_path() / reader.text(architecture));
    if (embedding && !reader.text(*embedding).empty())
      outcome.architecture.embedding = embedding_in(reader, *embedding);
    outcome.peak_lr = number_between(reader, peak_lr, kLowestLr, kHighestLr);
    outcome.steps = number_between(reader, steps, kFewestSteps, kMostSteps);
    outcome.spiked = yes_or_no(reader, spiked);
  }
  if (outcomes.empty()) reader.fail("there is no row", "a rate follows from trainings that were made", "add them");
  return outcomes;
}

}  // namespace losscast
