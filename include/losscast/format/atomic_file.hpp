/// \file
/// Writing a file so that readers see either all of it or what was there before.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

namespace losscast {

/// A file that is written in pieces, and seen by readers when all of them are there: a temporary file in the same
/// folder, fsync, rename, fsync of the folder. A symbolic link stays and the file that it points to is replaced; one
/// that leads nowhere is an error. A device or a pipe, which has nothing to protect, is written to directly, and so is
/// the file that standard output or standard error goes to, as otherwise what is printed would be lost.
///
/// All members throw IoError with the path and the system's reason. What `file` held before is then still there, and
/// the temporary file is gone with the object.
class AtomicFile {
 public:
  /// Begins to write `file`. The program, which notes its inputs, gets an InputError if `file` is one of them.
  explicit AtomicFile(const std::filesystem::path& file);
  /// Without commit() leaves nothing behind, but for what a device or a pipe has got.
  ~AtomicFile();
  /// The file has one writer.
  AtomicFile(const AtomicFile&) = delete;
  /// The file has one writer.
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Writes the next piece. Each call is one of the system's, so pieces should be of some kilobytes at least.
  void append(std::string_view piece);

  /// Puts the file in its place, on the disk. Nothing may be called after it.
  void commit();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Writes `content` to `file` as an AtomicFile does, in one piece.
void write_atomically(const std::filesystem::path& file, std::string_view content);

/// Writes `content` to a new file, likewise, and replaces nothing: throws InputError if there is a file, a folder, a
/// link or anything else of that name, also one that has come meanwhile.
void write_new_file(const std::filesystem::path& file, std::string_view content);

/// Removes the temporary files that lie in `folder` because the processes that wrote them were killed: those whose
/// process is not there, by its number on this machine.
void remove_abandoned_files(const std::filesystem::path& folder);

/// Removes the temporary files of what is still being written, for a program that ends without them. Safe in a handler
/// of signals.
void remove_unfinished_files() noexcept;

}  // namespace losscast
