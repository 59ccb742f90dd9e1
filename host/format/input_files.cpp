#include "format/input_files.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "losscast/base/error.hpp"

namespace losscast {
namespace {

using FileNumber = std::pair<dev_t, ino_t>;

FileNumber number_of(const struct stat& file) { return {file.st_dev, file.st_ino}; }

// Files are read deep inside the library, by families of schedules too, so that no call could hand this down to them.
struct Inputs {
  std::mutex guard;
  int protections = 0;
  std::map<FileNumber, std::string> names;  // by which they were read first
};

Inputs& inputs() {
  static Inputs all;
  return all;
}

}  // namespace

InputProtection::InputProtection() {
  const std::lock_guard lock(inputs().guard);
  ++inputs().protections;
}

InputProtection::~InputProtection() {
  const std::lock_guard lock(inputs().guard);
  if (--inputs().protections == 0) inputs().names.clear();
}

void note_input(int descriptor, const std::filesystem::path& file) {
  struct stat there = {};
  if (::fstat(descriptor, &there) != 0 || !S_ISREG(there.st_mode)) return;
  const std::lock_guard lock(inputs().guard);
  if (inputs().protections > 0) inputs().names.try_emplace(number_of(there), file.string());
}

void require_not_read(const std::filesystem::path& file, const struct stat& there) {
  const std::lock_guard lock(inputs().guard);
  const auto found = inputs().names.find(number_of(there));
  if (found != inputs().names.end())
    throw InputError("an input would be written over", fmt::format("this file was read as {}", found->second),
                     "name another file to write")
        .at(file.string());
}

}  // namespace losscast
