#include "cli/kept_race.hpp"

#include <fmt/format.h>

#include <system_error>

#include "cli/output.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/io/search_progress.hpp"

namespace losscast {
namespace {

constexpr double kSecondsBetween = 10;

// The contents of the files that schedules are read from.
std::string files_of(const Arguments& arguments) {
  std::string text;
  for (const auto& [key, value] : arguments.values) {
    if (key == "path") text += read_text_file(std::get<std::string>(value));
    if (const auto* phases = std::get_if<std::vector<Arguments>>(&value))
      for (const Arguments& phase : *phases) text += files_of(phase);
  }
  return text;
}

std::string files_of(const SearchSpace& space) {
  std::string text;
  for (const FamilySpace& family : space.families) {
    text += files_of(family.fixed);
    for (const Axis& axis : family.axes)
      for (const Value& choice : axis.choices) text += files_of(Arguments{{{axis.argument, choice}}});
  }
  return text;
}

// All that the answer depends on; what merely ends a race early may differ.
std::string identity_of(const SweepConfig& config, const SweepOptions& options) {
  return fmt::format("{} {}\nscheme {} block {} math {}\n{}\n{}\n{}", build_info().version, build_info().revision,
                     static_cast<int>(options.scheme), options.block.value_or(0),
                     static_cast<int>(options.execution.math), config.resolved, read_text_file(config.fit),
                     files_of(config.space));
}

}  // namespace

KeptRace::KeptRace(std::filesystem::path file, const SweepConfig& config, const SweepOptions& options)
    : file_(std::move(file)), identity_(identity_of(config, options)) {}

std::optional<SearchProgress> KeptRace::left_behind() const {
  std::optional<SearchProgress> progress = read_search_progress(file_, identity_);
  if (std::error_code ignored; !progress && std::filesystem::exists(file_, ignored))
    report_warning(fmt::format("{} is of another sweep, fit or version: this one starts anew", file_.string()));
  return progress;
}

void KeptRace::keep(const RaceProgress& race, const BestOfDraws& best_of_draws) {
  const bool stop = signals_->arrived(), round_is_over = race.seen == race.round.candidates;
  if (!stop && !round_is_over && kept_once_ && since_kept_.seconds() < kSecondsBetween) return;
  if (stop) signals_->acknowledge();
  try {
    write_search_progress(file_, identity_, race, best_of_draws);
  } catch (const IoError& error) {
    if (stop) throw;
    report_warning(fmt::format("the race goes on but cannot be kept: {}", error.what()));
  }
  since_kept_ = {};
  kept_once_ = true;
  if (stop)
    throw Error(ExitCode::interrupted, "interrupted",
                fmt::format("by a signal, after {} candidates of round {}", race.seen, race.before.rounds.size() + 1),
                fmt::format("give the same command to go on; {} has what was done", file_.string()));
}

void KeptRace::stop_listening() {
  const bool stop = signals_ && signals_->arrived();
  signals_.reset();
  if (stop)
    throw Error(ExitCode::interrupted, "interrupted", "by a signal, after the race", "give the same command again");
}

void KeptRace::remove() const {
  std::error_code not_there;
  std::filesystem::remove(file_, not_there);
}

}  // namespace losscast
