#include "jobs/shard_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>
#include <system_error>

#include "format/packed.hpp"
#include "jobs/sealed_file.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKind = "shard";
constexpr std::size_t kDigits = 16;  // of the plan's hash in a note such as 3/50/0123456789abcdef

// Takes a whole number and the slash behind it from the text; -1 if there is none.
std::int64_t take_count(std::string_view& text) {
  std::int64_t count = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || !text.starts_with('/')) return -1;
  text.remove_prefix(1);
  return count;
}

}  // namespace

template <class Archive>
void members(Archive& archive, ShardWork& work) {
  archive(work.plan, work.revisions, work.round, work.shard, work.first, work.items, work.done, work.parts, work.best,
          work.seconds);
}

ShardWork new_shard(const PlannedRound& round, int shard) {
  ShardWork work;
  work.plan = round.plan;
  work.revisions = {build_info().revision};
  work.round = round.number;
  work.shard = shard;
  work.first = round.first_item(shard);
  work.items = round.items_of(shard);
  work.best = std::numeric_limits<double>::quiet_NaN();
  return work;
}

void write_shard(const fs::path& plan, const ShardWork& work) {
  write_sealed(shard_file(plan, work.round, work.shard), kKind,
               fmt::format("{}/{}/{}", work.done, work.items, work.plan.substr(0, kDigits)), packed(work));
}

std::optional<ShardWork> read_shard(const fs::path& plan, const PlannedRound& round, int shard) {
  const fs::path file = shard_file(plan, round.number, shard);
  if (std::error_code ignored; !fs::exists(file, ignored)) return {};
  ShardWork work;
  const SealedBytes sealed = read_sealed(file, kKind);
  try {
    work = unpacked<ShardWork>(sealed.bytes);
  } catch (const InputError& error) {
    throw error.at(file.string());
  }
  const ShardWork expected = new_shard(round, shard);
  const bool fits = round.accepts(shard, work.plan) && work.round == expected.round && work.shard == expected.shard &&
                    work.first == expected.first && work.items == expected.items && work.done >= 0 &&
                    work.done <= work.items;
  if (!fits)
    throw InputError("the shard is of another plan, round or division", "files of several plans lie in one folder", "")
        .at(file.string());
  return work;
}

std::int64_t items_done(const fs::path& plan, const PlannedRound& round, int shard) {
  const std::string note = read_seal_note(shard_file(plan, round.number, shard), kKind);
  std::string_view rest = note;
  const std::int64_t done = take_count(rest), items = take_count(rest);
  if (done < 0 || items != round.items_of(shard) || !round.accepts_digits(shard, rest)) return 0;
  return std::min(done, items);
}

}  // namespace losscast
