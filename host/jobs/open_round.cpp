#include "jobs/open_round.hpp"

#include "losscast/base/error.hpp"

namespace losscast {
namespace {

[[noreturn]] void fail(const std::filesystem::path& folder) {
  throw InputError(folder.string() + ": there is no plan in it", "`losscast plan` writes one", "name its folder");
}

}  // namespace

std::optional<OpenRound> open_round(const std::filesystem::path& folder) { fail(folder); }

std::vector<ClosedRound> closed_rounds(const std::filesystem::path& folder) { fail(folder); }

std::vector<ShardState> shard_states(const std::filesystem::path& folder, std::span<const int>) { fail(folder); }

}  // namespace losscast
