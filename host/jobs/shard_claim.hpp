// Who is at a shard, so that no two processes compute it. It only saves work: should two of them do it all the same,
// both write the same file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace losscast {

// So long a claim holds that nobody renews. [seconds]
inline constexpr double kClaimSeconds = 120;

// A file with the process that claims, its host, and its job of a scheduler if it has one.
class ShardClaim {
 public:
  // Makes the file, or takes it over: from a process of this host that has ended, from an earlier run of the same job,
  // or where it was not renewed for kClaimSeconds by the clock of the disk that it lies on. Throws IoError if the
  // folder cannot be written.
  explicit ShardClaim(std::filesystem::path file);
  ~ShardClaim();  // removes the file, unless somebody else has it
  ShardClaim(const ShardClaim&) = delete;
  ShardClaim& operator=(const ShardClaim&) = delete;

  // Who has the shard instead, in words; nothing if it is this process.
  const std::optional<std::string>& holder() const { return holder_; }

  void renew() const;

 private:
  std::filesystem::path file_;
  std::optional<std::string> holder_;
};

}  // namespace losscast
