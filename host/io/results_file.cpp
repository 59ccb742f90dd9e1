#include "losscast/io/results_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <vector>

#include "format/json_text.hpp"
#include "io/results_bands.hpp"
#include "io/results_csv.hpp"
#include "io/results_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/sweep/ranked_rows.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;

// Takes back, in reverse order, what it was told of, unless everything went well.
class Undo {
 public:
  Undo() = default;
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() {
    std::error_code ignored;
    for (auto made = made_.rbegin(); made != made_.rend(); ++made) fs::remove(*made, ignored);
  }
  void made(const fs::path& path) { made_.push_back(path); }
  void keep_everything() { made_.clear(); }

 private:
  std::vector<fs::path> made_;
};

void make_folder(const fs::path& folder, Undo& undo) {
  std::error_code problem;
  if (folder.empty() || fs::is_directory(folder, problem)) return;
  make_folder(folder.parent_path(), undo);
  if (!fs::create_directory(folder, problem) && !fs::is_directory(folder))
    throw IoError("the folder cannot be made", problem ? problem.message() : "something else has that name",
                  "check the path and its permissions")
        .at(folder.string());
  undo.made(folder);
}

// Whoever finds a results.json takes the other files to belong to it, so none is there while they are replaced.
void remove_old(const fs::path& result) {
  std::error_code ignored;
  const fs::path file = fs::canonical(result, ignored);  // a link to it stays
  if (fs::is_regular_file(file, ignored)) fs::remove(file, ignored);
}

}  // namespace

SweepCounts write_results(const fs::path& folder, const SweepConfig& config, const Fit& fit, const SweepResult& result,
                          const Provenance& provenance, int threads) {
  Undo undo;
  make_folder(folder, undo);
  remove_abandoned_files(folder);
  AtomicFile csv(folder / "results.csv");
  const auto rows = rows_of(result);
  SweepCounts counts = write_results_csv(config, *rows, {.threads = threads}, csv);
  const std::string json = json_text(results_json(config, fit, result, counts, provenance));
  std::optional<AtomicFile> bands;
  if (result.bands) bands.emplace(folder / kBandsFile).append(bands_npy(*result.bands));
  AtomicFile summary(folder / "results.json");
  summary.append(json);

  remove_old(folder / "results.json");
  if (bands) {
    bands->commit();
    undo.made(folder / kBandsFile);
  } else {
    remove_old(folder / kBandsFile);
  }
  csv.commit();
  undo.made(folder / "results.csv");
  summary.commit();
  undo.keep_everything();
  return counts;
}

double results_bytes(const SweepConfig& config, double candidates) {
  constexpr double kFinalists = 2;  // that cannot be told from the first: mostly a few, a hundred at most
  double bands = 0;
  if (config.bands.candidates != BandsConfig::Candidates::none)
    bands = config.bands.candidates == BandsConfig::Candidates::all ? candidates : std::min(candidates, kFinalists);
  return candidates * bytes_of_row(config) + bands * config.bands.times * bytes_of_band();
}

}  // namespace losscast
