// How failure is said: one exception type per exit code of the program, each with a message for people.
#pragma once

#include <stdexcept>
#include <string>

namespace losscast {

// Exit codes of the program, and what a script may conclude from them.
enum class ExitCode : int {
  ok = 0,
  internal_or_io = 1,      // a bug, a full disk, an unwritable folder
  usage_or_input = 2,      // the command line or an input file is wrong; nothing was written
  incomplete = 3,          // shards are missing
  failed_diagnostics = 4,  // a result exists but is not to be trusted (only with --strict)
  device = 5,              // no GPU, or the GPU failed
  interrupted = 85,        // stopped by a signal; the same command goes on
};

// Base of all errors thrown by the library. `what()` reads "<problem> (<why>) <what to do>".
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

// The user's input is wrong: a value, a key, a file's content.
class InputError : public Error {
 public:
  explicit InputError(const std::string& message) : Error(ExitCode::usage_or_input, message) {}
};

// A named argument is wrong. Readers of files catch it and add file and line of that key.
class ArgumentError : public InputError {
 public:
  ArgumentError(std::string key, const std::string& message) : InputError(message), key_(std::move(key)) {}
  const std::string& key() const { return key_; }

 private:
  std::string key_;
};

// Reading or writing failed for a reason outside the input's content.
class IoError : public Error {
 public:
  explicit IoError(const std::string& message) : Error(ExitCode::internal_or_io, message) {}
};

// No usable GPU, or the GPU failed midway.
class DeviceError : public Error {
 public:
  explicit DeviceError(const std::string& message) : Error(ExitCode::device, message) {}
};

}  // namespace losscast
