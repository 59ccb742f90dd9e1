// Searches between two rounds, and parts of rounds, as bytes: what packed() and unpacked() need to know of them.
#pragma once

#include "engine/packed_results.hpp"
#include "format/packed.hpp"
#include "losscast/race/search_rounds.hpp"

namespace losscast {

template <class Archive>
void members(Archive& archive, RaceRound& round) {
  archive(round.candidates, round.units, round.survivors, round.leader, round.path_steps);
}

template <class Archive>
void members(Archive& archive, RaceState& state) {
  archive(state.rounds, state.leaders, state.best, state.excluded, state.error_spent, state.field, state.round,
          state.leader_units, state.path_steps, state.seconds, state.seconds_of_unit, state.path_steps_of_unit,
          state.end);
}

template <class Archive>
void members(Archive& archive, RacePart& part) {
  archive(part.first, part.count, part.units, part.survivors, part.lowest, part.lowest_number, part.widest,
          part.excluded, part.path_steps);
}

template <class Archive>
void members(Archive& archive, SearchState& state) {
  archive(state.delta, state.delta_source, state.blocks_per_segment, state.unit_error, state.race, state.best_of_draws,
          state.performance);
}

template <class Archive>
void members(Archive& archive, SearchPart& part) {
  archive(part.race, part.best_of_draws, part.performance);
}

}  // namespace losscast
