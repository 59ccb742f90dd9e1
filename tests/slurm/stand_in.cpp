// A program that behaves like losscast as far as Slurm can tell, and whose shards take as long, fail, and can be
// stopped, as a test wants it. `submit` and `status` are losscast's own; what they ask of a plan is answered here.
//   slurm_stand_in plan DIR SHARDS,ITEMS,SECONDS...   a round each: its shards, their items, and what an item takes
//   slurm_stand_in shard|merge|submit|status DIR ...   as losscast's; they exit with its codes
// In DIR/stand_in are: rounds; R.S.saved, how many items of shard S of round R are done; R.S.done and R.merged, empty;
// R.S.fails, which a test makes so that the shard fails; and events, a line for whatever happens.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "jobs/plan_progress.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

Command submit_command();
Command status_command();

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct RoundPlan {
  int shards = 0;
  int items = 0;
  double seconds = 0;
};

fs::path path_of(const fs::path& folder, const std::string& name) { return folder / "stand_in" / name; }

std::string name_of(int round, int shard) { return std::to_string(round) + "." + std::to_string(shard); }

std::vector<RoundPlan> read_rounds(const fs::path& folder) {
  std::ifstream in(path_of(folder, "rounds"));
  if (!in) throw InputError("there is no plan", "the folder has none", "make one");
  std::vector<RoundPlan> rounds;
  for (RoundPlan round; in >> round.shards >> round.items >> round.seconds;) rounds.push_back(round);
  return rounds;
}

int round_in_progress(const fs::path& folder) {
  int round = 0;
  while (fs::exists(path_of(folder, std::to_string(round) + ".merged"))) ++round;
  return round;
}

int items_saved(const fs::path& folder, int round, int shard) {
  int items = 0;
  std::ifstream(path_of(folder, name_of(round, shard) + ".saved")) >> items;
  return items;
}

void write_file(const fs::path& file, const std::string& text) {
  const fs::path temporary = file.string() + ".new";
  std::ofstream(temporary) << text;
  fs::rename(temporary, file);
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "-";
}

// "TIME WHAT SHARD restart=N gpu=N", in one write.
void note(const fs::path& folder, const std::string& what, const std::string& shard) {
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::ostringstream line;
  line << std::fixed << now << ' ' << what << ' ' << shard << " restart=" << variable("SLURM_RESTART_COUNT")
       << " gpu=" << variable("CUDA_VISIBLE_DEVICES") << '\n';
  std::ofstream(path_of(folder, "events"), std::ios::app) << line.str() << std::flush;
}

volatile std::sig_atomic_t told_to_stop = 0;
void on_signal(int) { told_to_stop = 1; }

// Whether all of it could be waited for.
bool wait_for(double seconds, Clock::time_point end) {
  const auto until = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < until) {
    if (told_to_stop || Clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

int do_shard(const fs::path& folder, int shard, double max_seconds) {
  const Clock::time_point end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(max_seconds));
  for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) std::signal(signal, on_signal);
  const int round = round_in_progress(folder);
  const RoundPlan plan = read_rounds(folder).at(static_cast<std::size_t>(round));
  const std::string name = name_of(round, shard);
  if (fs::exists(path_of(folder, name + ".done"))) return 0;
  const int lock = ::open(path_of(folder, name + ".lock").c_str(), O_CREAT | O_RDWR, 0600);
  if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) != 0) return 3;
  int items = items_saved(folder, round, shard);
  note(folder, "begins at " + std::to_string(items), name);
  if (fs::exists(path_of(folder, name + ".fails"))) return 1;
  while (items < plan.items) {
    if (!wait_for(plan.seconds, end)) {
      note(folder, "stops at " + std::to_string(items), name);
      return 85;
    }
    write_file(path_of(folder, name + ".saved"), std::to_string(++items));
  }
  note(folder, "ends at " + std::to_string(items), name);
  write_file(path_of(folder, name + ".done"), "");
  return 0;
}

int do_merge(const fs::path& folder) {
  const std::optional<OpenRound> open = plan_progress(folder).open;
  if (!open) return 0;
  note(folder, "merges without " + std::to_string(open->missing.size()), std::to_string(open->number));
  if (!open->missing.empty()) return 3;
  write_file(path_of(folder, std::to_string(open->number) + ".merged"), "");
  if (plan_progress(folder).open) return 3;
  write_file(folder / "results", "");
  return 0;
}

int do_plan(const fs::path& folder, const std::vector<std::string>& rounds) {
  fs::create_directories(folder / "stand_in");
  std::string text;
  for (std::string round : rounds) {
    std::ranges::replace(round, ',', ' ');
    text += round + "\n";
  }
  write_file(path_of(folder, "rounds"), text);
  return 0;
}

int run_shard(const fs::path& folder, const std::vector<std::string>& words) {
  int shard = -1;
  double max_seconds = 1e9;
  for (std::size_t w = 0; w + 1 < words.size(); w += 2) {
    if (words[w] == "--index") shard = std::stoi(words[w + 1]);
    if (words[w] == "--max-seconds") max_seconds = std::stod(words[w + 1]);
  }
  return do_shard(folder, shard, max_seconds);
}

int run_stand_in(std::span<const char* const> line) {
  if (line.size() < 3) throw InputError("no command, or no folder", "there is nothing to do", "name both");
  const std::string command = line[1];
  const fs::path folder = line[2];
  const std::vector<std::string> words(line.begin() + 3, line.end());
  if (command == "plan") return do_plan(folder, words);
  if (command == "shard") return run_shard(folder, words);
  if (command == "merge") return do_merge(folder);
  const Command own = command == "submit" ? submit_command() : status_command();
  own.run(Flags(own, line));
  return 0;
}

}  // namespace

PlanProgress plan_progress(const fs::path& folder) {
  const std::vector<RoundPlan> rounds = read_rounds(folder);
  const int number = round_in_progress(folder);
  PlanProgress progress{"a stand-in's", number, {}};
  if (number >= static_cast<int>(rounds.size())) return progress;
  const RoundPlan& plan = rounds[static_cast<std::size_t>(number)];
  OpenRound open{number, "a stand-in's", plan.shards, {}, plan.items * plan.seconds};
  for (int shard = 0; shard < plan.shards; ++shard) {
    const bool is_done = fs::exists(path_of(folder, name_of(number, shard) + ".done"));
    open.states.push_back({shard, plan.items, items_saved(folder, number, shard), is_done});
    if (!is_done) open.missing.push_back(shard);
  }
  progress.open = open;
  return progress;
}

std::vector<ClosedRound> closed_rounds(const fs::path& folder, const PlanProgress& progress) {
  const std::vector<RoundPlan> rounds = read_rounds(folder);
  std::vector<ClosedRound> closed;
  for (int r = 0; r < progress.closed; ++r)
    closed.push_back({r, "a stand-in's", rounds[static_cast<std::size_t>(r)].shards});
  return closed;
}

std::vector<int> damaged_shards(const fs::path&, const PlanProgress&) { return {}; }

}  // namespace losscast

int main(int argc, char** argv) {
  try {
    return losscast::run_stand_in({argv, static_cast<std::size_t>(argc)});
  } catch (const losscast::Error& error) {
    std::cerr << "stand-in: error: " << error.what() << '\n';
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::cerr << "stand-in: error: " << error.what() << '\n';
    return 1;
  }
}
