// What a command says of what it has computed, kept beside its results, to be said again when it is called again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flags.hpp"
#include "jobs/plan_results.hpp"

namespace losscast {

struct Answer {
  std::string plan;                   // hash of what was planned, which identifies what was asked
  std::string json;                   // with --json
  std::string text;                   // without
  std::vector<std::string> warnings;  // sentences
  std::vector<std::string> reasons;   // against relying on it
};

// Keeps it with what tells later whether the results, which lie in these places of the folder, are whole.
void keep_answer(const std::filesystem::path& folder, const Answer& answer, const ResultsPlaces& places = kInTheFolder);

// The answer that a folder keeps; nothing if there is none that can be read.
std::optional<Answer> kept_answer(const std::filesystem::path& folder);

// Prints an answer, as --json says. Throws Error as --strict says.
void give_answer(const Flags& flags, const Answer& answer);

// Says that the folder has the results of this `sweep`, or whatever it is called, and gives the answer.
void give_answer_again(const Flags& flags, const Answer& answer, std::string_view called,
                       const std::filesystem::path& folder);

}  // namespace losscast
