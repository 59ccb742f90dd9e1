// Files that only the program itself reads: a line of text that says what the file is and seals its bytes, then these.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace losscast {

// Writes "losscast <kind> 1 <note> <SHA-256>" and the bytes, atomically. The note is for people and for a quick look: a
// word without spaces. The checksum is of the note and the bytes.
void write_sealed(const std::filesystem::path& file, std::string_view kind, std::string_view note,
                  std::string_view bytes);

struct SealedBytes {
  std::string note;
  std::string bytes;
};

// Throws InputError naming the file, with this remedy, if it is of another kind, cut short or changed. Throws
// InputError likewise if it is missing, and IoError if it cannot be read.
SealedBytes read_sealed(const std::filesystem::path& file, std::string_view kind, const std::string& remedy = "");

// The note alone, without a look at the bytes; empty if the file is missing or of another kind.
std::string read_seal_note(const std::filesystem::path& file, std::string_view kind);

}  // namespace losscast
