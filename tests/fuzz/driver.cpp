// The program around a target: fuzz_NAME [--runs N] [--seed N] [--seconds S] [--bytes N] mutates the target's seeds,
// and fuzz_NAME FILE... runs it on files. The same seed gives the same inputs, whatever the machine.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "losscast/format/text_file.hpp"
#include "tests/fuzz/mutator.hpp"
#include "tests/fuzz/seed_files.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/watch.hpp"

namespace losscast::fuzz {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t runs = 10'000;
  std::uint64_t seed = 1;
  double seconds = 1e9;
  std::size_t bytes = 4096;  // of an input, at most
  std::vector<std::string> files = {};
};

[[noreturn]] void end_with_usage(const std::string& program) {
  std::fprintf(stderr, "usage: %s [--runs N] [--seed N] [--seconds S] [--bytes N] [FILE...]\n", program.c_str());
  std::exit(2);
}

Options read_options(const std::string& program, std::vector<std::string> words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--")) {
      options.files.push_back(words[i]);
      continue;
    }
    if (i + 1 == words.size()) end_with_usage(program);
    std::istringstream value(words[i + 1]);
    if (words[i] == "--runs")
      value >> options.runs;
    else if (words[i] == "--seed")
      value >> options.seed;
    else if (words[i] == "--seconds")
      value >> options.seconds;
    else if (words[i] == "--bytes")
      value >> options.bytes;
    else
      end_with_usage(program);
    if (value.fail() || !value.eof()) end_with_usage(program);
    ++i;
  }
  return options;
}

void run_target(const std::string& input) {
  watch(input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  end_watch();
}

// Those that the target makes, and those in files.
std::vector<std::string> read_seeds() {
  std::set<fs::path> files;
  std::istringstream names(kSeedFiles);
  for (std::string name; std::getline(names, name, ':');) {
    if (!fs::is_directory(name))
      files.insert(name);
    else
      for (const auto& entry : fs::directory_iterator(name)) files.insert(entry.path());
  }
  std::vector<std::string> seeds = made_seeds();
  for (const fs::path& file : files) seeds.push_back(read_text_file(file));
  return seeds;
}

// What the target said, without numbers and without what it quoted: inputs of a new kind are worth mutating further.
std::string kind_of(const Outcome& outcome) {
  std::string kind;
  bool quoted = false;
  for (const char c : outcome.message) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c < '0' || c > '9')) kind += c;
  }
  return outcome.accepted ? "accepted" : kind;
}

class Campaign {
 public:
  explicit Campaign(const Options& options)
      : options_(options),
        mutator_(options.seed, dictionary_words(read_text_file(LOSSCAST_FUZZ_WORDS)), options.bytes) {}

  // Whether all seeds are accepted: a target that accepts nothing tests little.
  bool run_seeds() {
    for (const std::string& seed : read_seeds()) {
      run_target(seed);
      if (!last_outcome().accepted) {
        std::fprintf(stderr, "a seed is not accepted: %s\n", last_outcome().message.c_str());
        return false;
      }
      families_.push_back({.accepted = {seed}});
    }
    return !families_.empty();
  }

  void run() {
    const auto start = Clock::now();
    std::uint64_t accepted = 0, runs = 0;
    double seconds = 0;
    for (; runs < options_.runs && seconds < options_.seconds; ++runs) {
      Family& family = one_of(families_);
      const Family& other = mutator_.below(2) == 0 ? family : one_of(families_);
      const std::string input = mutator_.changed(parent(family), other.accepted);
      run_target(input);
      if (last_outcome().accepted) ++accepted;
      keep(input, family);
      seconds = std::chrono::duration<double>(Clock::now() - start).count();
    }
    std::printf("%llu executions in %.1f s with seed %llu: %llu accepted, %zu kinds of outcome, no fault\n",
                static_cast<unsigned long long>(runs), seconds, static_cast<unsigned long long>(options_.seed),
                static_cast<unsigned long long>(accepted), kinds_.size());
  }

 private:
  // What became of one seed. Each has an equal share of the inputs, however few of its own are accepted.
  struct Family {
    std::vector<std::string> accepted, rejected = {};  // inputs to change further, the seed among them
  };

  template <typename T>
  T& one_of(std::vector<T>& some) {
    return some[mutator_.below(some.size())];
  }

  // Mostly an input that was accepted: from there a change leads furthest.
  const std::string& parent(Family& family) {
    return family.rejected.empty() || mutator_.below(4) > 0 ? one_of(family.accepted) : one_of(family.rejected);
  }

  // Keeps the first input of each kind of outcome, and some of those that were accepted.
  void keep(const std::string& input, Family& family) {
    constexpr std::size_t kMost = 1024, kOneOf = 16;
    const bool is_new = kinds_.size() < 4 * kMost && kinds_.insert(kind_of(last_outcome())).second;
    const bool is_accepted = last_outcome().accepted;
    if (!is_new && !(is_accepted && mutator_.below(kOneOf) == 0)) return;
    std::vector<std::string>& inputs = is_accepted ? family.accepted : family.rejected;
    if (inputs.size() < kMost)
      inputs.push_back(input);
    else
      inputs[mutator_.below(kMost)] = input;
  }

  Options options_;
  Mutator mutator_;
  std::vector<Family> families_;  // one for each seed
  std::set<std::string> kinds_;
};

int run_files(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    run_target(read_text_file(file));
    std::printf("%s: %s\n", file.c_str(), last_outcome().accepted ? "accepted" : last_outcome().message.c_str());
  }
  return EXIT_SUCCESS;
}

int run(int argc, char** argv) {
  const Options options = read_options(argv[0], {argv + 1, argv + argc});
  begin_watch(argv[0], fs::path(argv[0]).filename().string() + ".seed" + std::to_string(options.seed) + ".input");
  if (!options.files.empty()) return run_files(options.files);
  Campaign campaign(options);
  if (!campaign.run_seeds()) return EXIT_FAILURE;
  campaign.run();
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace losscast::fuzz

int main(int argc, char** argv) {
  try {
    return losscast::fuzz::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return EXIT_FAILURE;
  }
}
