// A file descriptor of the operating system that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace losscast {

class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  int get() const { return descriptor_; }  // negative if opening failed

  // Closes it now. Returns what close(2) returns: network file systems report failed writes only here.
  int close() { return ::close(std::exchange(descriptor_, -1)); }

 private:
  int descriptor_;
};

}  // namespace losscast
