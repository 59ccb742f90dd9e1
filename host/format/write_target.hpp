// Where the content of a file goes, and in which way.
#pragma once

#include <filesystem>

namespace losscast {

struct WriteTarget {
  enum class Way {
    replace,   // a new file takes the place of `path`
    directly,  // `path` is a device or a pipe, which is opened and written to
    stream     // it is where a standard stream leads to, which is written to where it stands
  };
  Way way = Way::replace;
  std::filesystem::path path;  // behind all links
  int stream = -1;             // the descriptor of that stream
};

// Looks where `file` leads to. Throws IoError with the system's reason if it cannot be written for what it is: a
// folder, a link that leads nowhere, a name that is too long; and InputError if the program has read it (see
// InputProtection).
WriteTarget write_target(const std::filesystem::path& file);

// Throws IoError if the path, to a file or a folder, is a link to what is not there.
void require_leading_somewhere(const std::filesystem::path& path);

}  // namespace losscast
