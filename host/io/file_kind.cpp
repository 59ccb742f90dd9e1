#include "io/file_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace losscast {
namespace {

struct KnownKind {
  FileKind kind;
  std::string_view name;                         // with an article
  std::string_view remedy;                       // where it is wanted
  std::string_view word;                         // under the key "kind"; empty: the file has no such key
  std::initializer_list<std::string_view> keys;  // that all files of the kind have together, and no others
};

const KnownKind kKinds[] = {
    {FileKind::fit, "a fit", "make one with `losscast fit`", "", {"parameters", "covariance"}},
    {FileKind::fit, "a fit", "make one with `losscast fit`", "", {"sizes"}},
    {FileKind::results, "a sweep's result", "make one with `losscast sweep`", "", {"best", "counts"}},
    {FileKind::scaling_law, "a scaling law", "make one with `losscast scaling fit`", "scaling", {}},
    {FileKind::laws_of_runs, "a file of laws of finished runs", "make one with `losscast scaling runs`", "runs", {}},
    {FileKind::forecast,
     "a forecast on record",
     "make one with `losscast predict --register`",
     "",
     {"schedule", "observation_noise"}},
    {FileKind::plan, "a plan", "make one with `losscast plan`", "", {"hash", "shards"}}};

bool is_of(const DocumentNode& root, const KnownKind& known) {
  if (!known.word.empty()) {
    const DocumentNode* said = root.find("kind");
    const auto* word = said == nullptr ? nullptr : std::get_if<std::string>(&said->data);
    return word != nullptr && *word == known.word;
  }
  return std::ranges::all_of(known.keys, [&](std::string_view key) { return root.find(key) != nullptr; });
}

}  // namespace

void require_kind(const DocumentNode& root, FileKind wanted) {
  if (!std::holds_alternative<DocumentTable>(root.data)) return;
  const auto found = std::ranges::find_if(kKinds, [&](const KnownKind& one) { return is_of(root, one); });
  if (found == std::end(kKinds) || found->kind == wanted) return;
  const KnownKind& right = *std::ranges::find(kKinds, wanted, &KnownKind::kind);
  root.fail(fmt::format("this is {}", found->name), fmt::format("{} is wanted", right.name), right.remedy);
}

}  // namespace losscast
