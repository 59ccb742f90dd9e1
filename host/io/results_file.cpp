#include "losscast/io/results_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "format/json_text.hpp"
#include "io/results_bands.hpp"
#include "io/results_csv.hpp"
#include "io/results_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"

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

}  // namespace

void write_results(const fs::path& folder, const SweepConfig& config, const Fit& fit, const SweepResult& result,
                   const Provenance& provenance) {
  const std::string csv = results_csv(config.space.families, result.ranked);
  const std::string json = json_text(results_json(config, fit, result, provenance));
  Undo undo;
  make_folder(folder, undo);
  const auto write = [&](const char* name, const std::string& content) {
    write_atomically(folder / name, content);
    undo.made(folder / name);
  };
  if (result.bands) write(kBandsFile, bands_npy(*result.bands));
  write("results.csv", csv);
  write("results.json", json);
  undo.keep_everything();
}

}  // namespace losscast
