// The files that a program has read. It must not write its results over them.
#pragma once

#include <sys/stat.h>

#include <filesystem>

namespace losscast {

// While one exists, read_text_file() notes every file that it reads, and write_atomically() refuses to replace such a
// file, under whatever name. Files are told apart by device and number, so links are no way around it; devices and
// pipes have nothing to lose and are not noted. Any thread may read and write meanwhile.
class InputProtection {
 public:
  InputProtection();
  ~InputProtection();
  InputProtection(const InputProtection&) = delete;
  InputProtection& operator=(const InputProtection&) = delete;
};

// Notes the file that was opened as `descriptor`, if there is an InputProtection.
void note_input(int descriptor, const std::filesystem::path& file);

// Throws InputError if `file`, of which `there` is what the system knows, has been noted.
void require_not_read(const std::filesystem::path& file, const struct stat& there);

}  // namespace losscast
