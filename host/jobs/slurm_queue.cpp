#include "jobs/slurm_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "jobs/child_process.hpp"
#include "jobs/slurm_script.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

// The comment is the last field, as it may have any character but a line's end.
constexpr const char* kFields =
    "JobArrayID:|,State:|,NodeList:|,RestartCnt:|,Reason:|,Name:|,Comment:|";  // each ends with "|"

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view cut(std::string_view& text, char end) {
  const std::size_t place = text.find(end);
  const std::string_view piece = text.substr(0, place);
  text.remove_prefix(place == std::string_view::npos ? text.size() : place + 1);
  return piece;
}

}  // namespace

bool is_without_answer(std::string_view printed) {
  constexpr std::string_view kAway[] = {"Unable to contact slurm controller", "Socket timed out",
                                        "Zero Bytes were transmitted or received", "standby mode",
                                        "Could not establish a configuration source"};
  return std::ranges::any_of(kAway,
                             [&](std::string_view text) { return printed.find(text) != std::string_view::npos; });
}

std::vector<QueuedJob> jobs_in(std::string_view listing, const std::filesystem::path& folder) {
  std::vector<QueuedJob> jobs;
  while (!listing.empty()) {
    std::string_view rest = cut(listing, '\n');
    std::array<std::string_view, 6> fields;
    for (std::string_view& field : fields) field = cut(rest, '|');
    const auto& [id, state, node, restarts, reason, name] = fields;
    if (rest != folder.string() + "|") continue;  // another plan's
    jobs.push_back({std::string(id), std::string(state), std::string(node), whole_number(restarts).value_or(0),
                    reason == "None" ? "" : std::string(reason), name == merge_name(folder)});
  }
  return jobs;
}

std::optional<std::vector<QueuedJob>> queued_jobs(const std::filesystem::path& folder) {
  const std::optional<ProgramOutput> answer =
      ask({"squeue", "--noheader", "--array", "--name=" + array_name(folder) + "," + merge_name(folder),
           std::string("--Format=") + kFields});
  if (!answer) return std::nullopt;
  if (answer->exit_code != 0)
    throw IoError("squeue cannot tell which jobs there are", one_line(answer->err),
                  fmt::format("try again later, or without Slurm {}", kWithoutSlurm));
  return jobs_in(answer->out, folder);
}

std::optional<int> task_index(const QueuedJob& job) {
  const std::size_t bar = job.id.find('_');
  return bar == std::string::npos ? std::nullopt : whole_number(std::string_view(job.id).substr(bar + 1));
}

int largest_array_index() {
  constexpr int kDefault = 1000;
  constexpr std::string_view kKey = "MaxArraySize";
  const std::optional<ProgramOutput> answer = ask({"scontrol", "show", "config"});
  if (!answer) return kDefault;
  const std::size_t key = answer->out.find(kKey);
  if (key == std::string::npos) return kDefault;
  std::string_view line = std::string_view(answer->out).substr(key);
  line = cut(line, '\n');
  cut(line, '=');
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::optional<int> size = whole_number(line.substr(0, line.find(' ')));
  return size && *size > 0 ? *size - 1 : kDefault;
}

}  // namespace losscast
