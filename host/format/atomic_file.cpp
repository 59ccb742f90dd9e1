#include "losscast/format/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <optional>
#include <system_error>
#include <vector>

#include "format/file_descriptor.hpp"
#include "format/write_target.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;

constexpr mode_t kMode = 0666;  // less the user's umask
constexpr const char* kEnding = ".tmp";

[[noreturn]] void fail(const fs::path& file, std::string_view what, int reason) {
  const std::string_view remedy = reason == EFBIG
                                      ? "check the free space, and the limit on a file's size, which is `ulimit -f`"
                                      : "check the folder, its permissions and the free space";
  throw IoError(fmt::format("{} failed", what), std::generic_category().message(reason), remedy).at(file.string());
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path("."); }

[[noreturn]] void fail_taken(const fs::path& file) {
  throw InputError("there is something of that name already", "it is not written over", "name another file")
      .at(file.string());
}

void require_free(const fs::path& file) {
  std::error_code ignored;  // what cannot be examined says why when it is written
  if (fs::exists(fs::symlink_status(file, ignored))) fail_taken(file);
}

// The paths of temporary files that are there now, or null; of more than so many at once the rest is not known here.
constexpr std::size_t kMostUnfinished = 16;
std::array<std::atomic<const char*>, kMostUnfinished> unfinished;
static_assert(std::atomic<const char*>::is_always_lock_free);  // a handler of signals reads them

// Changes one place that holds `from`, if there is one.
void change_unfinished(const char* from, const char* to) {
  for (std::atomic<const char*>& place : unfinished)
    if (const char* expected = from; place.compare_exchange_strong(expected, to)) return;
}

void write_all(int descriptor, std::string_view content, const fs::path& file) {
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count >= 0) {
      content.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      fail(file, "writing", errno);
    }
  }
}

// A new file in the target's folder; removed again unless it takes the target's place.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target) : target_(target), descriptor_(create()) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!renamed_) ::unlink(path_.c_str());
    change_unfinished(path_.c_str(), nullptr);
  }

  int descriptor() const { return descriptor_.get(); }

  // All that was written is on the disk then. Errors name `file`.
  void finish(const fs::path& file) {
    if (::fsync(descriptor_.get()) != 0) fail(file, "flushing to the disk", errno);
    if (descriptor_.close() != 0) fail(file, "writing", errno);
  }

  // A hard link is made in one step, and never in the place of something else. Where the file system has none, what
  // comes between looking and renaming would be lost.
  void take_a_free_place() {
    if (::link(path_.c_str(), target_.c_str()) == 0) return;
    if (errno == EEXIST) fail_taken(target_);
    if (errno != EPERM && errno != EOPNOTSUPP) fail(target_, "naming the finished file", errno);
    require_free(target_);
    take_the_targets_place();
  }

  void take_the_targets_place() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail(target_, "renaming the finished file", errno);
    renamed_ = true;
  }

 private:
  // The name is short whatever the target's is, and hidden, so that patterns such as *.csv do not match it. Another
  // process may have the same id on another machine of a network disk: then the next number is tried.
  int create() {
    for (int number = 0;; ++number) {
      path_ = folder_of(target_) / fmt::format(".losscast-{}-{}{}", ::getpid(), number, kEnding);
      const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
      if (descriptor >= 0) {
        change_unfinished(nullptr, path_.c_str());
        return descriptor;
      }
      if (errno != EEXIST) fail(target_, "creating the file", errno);
    }
  }

  fs::path target_;
  fs::path path_;
  FileDescriptor descriptor_;
  bool renamed_ = false;
};

int open_device(const fs::path& device) {
  const int descriptor = ::open(device.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) fail(device, "opening for writing", errno);
  return descriptor;
}

// Makes the rename itself survive a loss of power. Some file systems cannot (EINVAL); the file is complete there too.
void sync_folder(const fs::path& folder, const fs::path& file) {
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || (::fsync(descriptor.get()) != 0 && errno != EINVAL))
    fail(file, "flushing the folder to the disk", errno);
}

}  // namespace

struct AtomicFile::Parts {
  using Way = WriteTarget::Way;

  explicit Parts(const fs::path& given)
      : file(given), target(write_target(given)), device(target.way == Way::directly ? open_device(given) : -1) {
    if (target.way == Way::replace) temporary.emplace(target.path);
  }

  int descriptor() const {
    if (temporary) return temporary->descriptor();
    return target.way == Way::directly ? device.get() : target.stream;
  }

  fs::path file;  // as it was given, for messages
  WriteTarget target;
  FileDescriptor device;
  std::optional<TemporaryFile> temporary;
};

AtomicFile::AtomicFile(const fs::path& file) : parts_(std::make_unique<Parts>(file)) {}

AtomicFile::~AtomicFile() = default;

void AtomicFile::append(std::string_view piece) { write_all(parts_->descriptor(), piece, parts_->file); }

void AtomicFile::commit() {
  const fs::path& file = parts_->file;
  if (parts_->target.way == WriteTarget::Way::directly && parts_->device.close() != 0) fail(file, "writing", errno);
  if (!parts_->temporary) return;
  parts_->temporary->finish(file);
  parts_->temporary->take_the_targets_place();
  sync_folder(folder_of(parts_->target.path), file);
}

void write_atomically(const fs::path& file, std::string_view content) {
  AtomicFile whole(file);
  whole.append(content);
  whole.commit();
}

void write_new_file(const fs::path& file, std::string_view content) {
  require_free(file);
  TemporaryFile temporary(file);
  write_all(temporary.descriptor(), content, file);
  temporary.finish(file);
  temporary.take_a_free_place();
  sync_folder(folder_of(file), file);
}

void remove_abandoned_files(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> abandoned;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    int process = 0;
    if (name.ends_with(kEnding) && std::sscanf(name.c_str(), ".losscast-%d-", &process) == 1 && process > 0 &&
        ::kill(process, 0) != 0 && errno == ESRCH)
      abandoned.push_back(entry.path());
  }
  for (const fs::path& file : abandoned) fs::remove(file, ignored);
}

void remove_unfinished_files() noexcept {
  for (const std::atomic<const char*>& place : unfinished)
    if (const char* path = place; path != nullptr) ::unlink(path);
}

}  // namespace losscast
