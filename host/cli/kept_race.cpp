#include "kept_race.hpp"

#include <fmt/format.h>

#include <system_error>

#include "losscast/error.hpp"
#include "losscast/io/build_info.hpp"
#include "losscast/io/search_progress.hpp"
#include "losscast/io/text_file.hpp"

namespace losscast {
namespace {

constexpr double kSecondsBetween = 10;

// All that the answer depends on; what merely ends a race early may differ.
std::string identity_of(const SweepConfig& config, const SweepOptions& options) {
  return fmt::format("{} {}\nscheme {} block {} math {}\n{}\n{}", build_info().version, build_info().revision,
                     static_cast<int>(options.scheme), options.block.value_or(0), static_cast<int>(options.math),
                     config.resolved, read_text_file(config.fit));
}

}  // namespace

KeptRace::KeptRace(std::filesystem::path file, const SweepConfig& config, const SweepOptions& options)
    : file_(std::move(file)), identity_(identity_of(config, options)) {}

std::optional<SearchProgress> KeptRace::left_behind() const { return read_search_progress(file_, identity_); }

void KeptRace::keep(const RaceProgress& race, const BestOfDraws& best_of_draws) {
  const bool stop = signals_->arrived();
  if (!stop && since_kept_.seconds() < kSecondsBetween) return;
  write_search_progress(file_, identity_, race, best_of_draws);
  since_kept_ = {};
  if (stop)
    throw Error(
        ExitCode::interrupted,
        fmt::format("interrupted (by a signal, after {} candidates of round {}) give the same command to go on; "
                    "{} has what was done",
                    race.seen, race.before.rounds.size() + 1, file_.string()));
}

void KeptRace::stop_listening() {
  const bool stop = signals_->arrived();
  signals_.reset();
  if (stop) throw Error(ExitCode::interrupted, "interrupted (by a signal, after the race) give the same command again");
}

void KeptRace::remove() const {
  std::error_code not_there;
  std::filesystem::remove(file_, not_there);
}

}  // namespace losscast
