// What the rounds of a sweep pass on. Input: a byte that chooses what is read, then its bytes: the state of a sweep,
// the only part of a round, the state of a round's file or the content of a shard's file, the last two behind their
// seal.
#include <fmt/format.h>

#include <functional>
#include <limits>
#include <memory>
#include <optional>

#include "jobs/round_folder.hpp"
#include "jobs/sealed_file.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/base/error.hpp"
#include "losscast/sweep/begin_rounds.hpp"
#include "sweep/ranking_rounds.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/sweep/problem.hpp"

using namespace losscast;

namespace {

using MakeRounds = std::function<std::unique_ptr<SweepRounds>(std::optional<std::string_view> state)>;

// One kind of input: what reads it, and a real one.
struct Reading {
  std::function<void(std::string_view bytes)> read;
  std::string real;
};

// A state that a sweep gives is one that it takes.
void require_taken(const MakeRounds& make, const SweepRounds& rounds) {
  try {
    make(rounds.state());
  } catch (const Error& error) {
    fuzz::fault(fmt::format("a state is not taken again: {}", error.what()));
  }
}

// Goes on from a state by one item, or to the end.
void read_state(const MakeRounds& make, std::string_view bytes) {
  const std::unique_ptr<SweepRounds> rounds = make(bytes);
  require_taken(make, *rounds);
  const std::optional<Round> open = rounds->open();
  if (!open) return;
  fuzz::require(open->items > 0 && open->seconds >= 0, "a round has no items, or less than no time");
  rounds->compute(open->items - 1, 1);
}

void read_part(const MakeRounds& make, const std::string& state, std::string_view bytes) {
  const std::unique_ptr<SweepRounds> rounds = make(state);
  rounds->close({&bytes, 1}, 1);
  require_taken(make, *rounds);
}

// All states and parts of a sweep.
void add_readings(const MakeRounds& make, std::vector<Reading>& readings) {
  const std::unique_ptr<SweepRounds> rounds = make({});
  for (;;) {
    const std::string state = rounds->state();
    readings.push_back({[make](std::string_view bytes) { read_state(make, bytes); }, state});
    const std::optional<Round> open = rounds->open();
    if (!open) return;
    const std::string part = rounds->compute(0, open->items).bytes;
    readings.push_back({[make, state](std::string_view bytes) { read_part(make, state, bytes); }, part});
    const std::string_view view = part;
    rounds->close({&view, 1}, 1);
  }
}

// Sweeps of four candidates. They last as long as the program.
struct Sweeps {
  Fit fit = test::example_fit(3);
  SweepOptions options = test::options();
  SweepConfig ranking, race, steps_to_loss;

  Sweeps() {
    using test::range;
    const Axis peak = range("peak_lr", Axis::Kind::log, 1e-4, 6e-4, 2);
    const Axis decay = range("decay_fraction", Axis::Kind::linear, 0.1, 0.9, 2);
    ranking.space = test::space_of(SearchMethod::grid, {test::wsd_space({peak, decay})});
    ranking.paths = 8;
    ranking.bands = {BandsConfig::Candidates::all, 2};
    race = ranking;
    race.bands = {};
    race.race.emplace();
    race.delta = 1e-3;
    steps_to_loss = race;
    steps_to_loss.space.families.front().fixed.values.erase("total_steps");
    steps_to_loss.space.horizons = {200, 800};
    steps_to_loss.race->target_loss = target();
  }

  // A loss between those of the shortest and of the longest runs.
  double target() const {
    SweepConfig shortest = ranking;
    shortest.space.families.front().fixed.values["total_steps"] = 500.0;
    const std::unique_ptr<SweepRounds> rounds = begin_rounds(shortest, fit, options);
    return rounds->compute(0, rounds->open()->items).best;
  }

  MakeRounds rankings(std::size_t kept_bytes) const {
    return [this, kept_bytes](std::optional<std::string_view> state) {
      return ranking_rounds(ranking, fit, options, state, kept_bytes);
    };
  }
  MakeRounds of(const SweepConfig& config) const {
    return [this, &config](std::optional<std::string_view> state) {
      return state ? resume_rounds(config, fit, options, *state) : begin_rounds(config, fit, options);
    };
  }
};

// The bytes of a real file of a round or shard, and what reads them again.
void add_files(const fuzz::Folder& folder, std::vector<Reading>& readings) {
  const std::filesystem::path plan = folder.write("plan", "").parent_path();
  const PlannedRound round{1, "hash", {"simulating 4 candidates", 4, 2.5}, even_cuts(4, 2), "state"};
  write_round(plan, round);
  ShardWork work = new_shard(round, 1);
  work.parts = {"a part", "another"};
  work.done = work.items;
  write_shard(plan, work);
  const std::filesystem::path of_round = round_folder(plan, 1) / "round.state", of_shard = shard_file(plan, 1, 1);
  const auto reads_round = [plan, of_round](std::string_view bytes) {
    write_sealed(of_round, "round", "1", bytes);
    const PlannedRound read = read_round(plan, 1, "hash");
    fuzz::require(read.shards() > 0, "a round without shards");
    for (int shard = 0; shard < read.shards(); ++shard)
      fuzz::require(read.items_of(shard) >= 0, "a shard with fewer items than none");
  };
  const auto reads_shard = [plan, of_shard, round](std::string_view bytes) {
    write_sealed(of_shard, "shard", "2/2", bytes);
    const std::optional<ShardWork> read = read_shard(plan, round, 1);
    fuzz::require(read && read->done >= 0 && read->done <= read->items, "a shard has done more than there is");
  };
  readings.push_back({reads_round, read_sealed(of_round, "round").bytes});
  readings.push_back({reads_shard, read_sealed(of_shard, "shard").bytes});
}

const std::vector<Reading>& all_readings() {
  static const Sweeps sweeps;
  static const fuzz::Folder folder;
  static const std::vector<Reading> all = [] {
    std::vector<Reading> readings;
    add_readings(sweeps.rankings(kKeptBytes), readings);
    add_readings(sweeps.rankings(1), readings);
    add_readings(sweeps.of(sweeps.race), readings);
    add_readings(sweeps.of(sweeps.steps_to_loss), readings);
    add_files(folder, readings);
    return readings;
  }();
  return all;
}

std::vector<std::string> real_inputs() {
  std::vector<std::string> inputs;
  for (const Reading& reading : all_readings())
    inputs.push_back(std::string(1, static_cast<char>(inputs.size())) + reading.real);
  return inputs;
}

const bool kHasSeeds = fuzz::add_made_seeds(real_inputs);

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<Reading>& readings = all_readings();
  return fuzz::try_reader([&] {
    const std::string input = fuzz::text_of(data, size);
    if (input.empty()) throw InputError("the input is empty", "its first byte chooses what is read", "");
    readings[static_cast<unsigned char>(input[0]) % readings.size()].read(std::string_view(input).substr(1));
  });
}
