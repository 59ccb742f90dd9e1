#include "jobs/shard_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <system_error>

#include "format/packed.hpp"
#include "jobs/sealed_file.hpp"
#include "losscast/base/build_info.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKind = "shard";

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
  write_sealed(shard_file(plan, work.round, work.shard), kKind, fmt::format("{}/{}", work.done, work.items),
               packed(work));
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

std::int64_t items_done(const fs::path& plan, int round, int shard) {
  const std::string note = read_seal_note(shard_file(plan, round, shard), kKind);
  std::int64_t done = 0;
  std::from_chars(note.data(), note.data() + note.size(), done);
  return done;
}

}  // namespace losscast
