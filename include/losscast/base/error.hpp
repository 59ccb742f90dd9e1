/// \file
/// How failure is said: one exception type per exit code of the program, each with a message for people.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace losscast {

/// Exit codes of the program, and what a script may conclude from them.
enum class ExitCode : int {
  ok = 0,                  ///< all went well
  internal_or_io = 1,      ///< a bug, a full disk, an unwritable folder
  usage_or_input = 2,      ///< the command line or an input file is wrong; nothing was written
  incomplete = 3,          ///< shards are missing
  failed_diagnostics = 4,  ///< a result exists but is not to be trusted (only with `--strict`)
  device = 5,              ///< no GPU, or the GPU failed
  interrupted = 85,        ///< stopped by a signal; the same command goes on
};

/// The one form of all messages: "<problem> (<why>). <Remedy>." Problem and why are phrases; so is the remedy, which is
/// given without capital and full stop: "raise it, or use linear". Both are added here, save where the remedy begins
/// with a key, a flag or a number, or ends with a mark of its own ("Did you mean \"wsd\"?"). What is empty is left out.
std::string error_text(std::string_view problem, std::string_view why, std::string_view remedy);

/// Base of all errors thrown by the library. `what()` is one printable line: an error_text(), perhaps after a place.
class Error : public std::runtime_error {
 public:
  /// An error whose message is error_text(problem, why, remedy).
  Error(ExitCode code, std::string_view problem, std::string_view why, std::string_view remedy)
      : Error(code, error_text(problem, why, remedy)) {}

  /// Says what `reason` says, with another exit code.
  Error(ExitCode code, const Error& reason) : Error(code, std::string(reason.what())) {}

  /// What the program exits with if nobody catches the error.
  ExitCode code() const { return code_; }

 protected:
  /// An error whose message is the text as it stands.
  Error(ExitCode code, const std::string& text) : std::runtime_error(text), code_(code) {}

 private:
  ExitCode code_;
};

/// The user's input is wrong: a value, a key, a file's content.
class InputError : public Error {
 public:
  /// An error whose message is error_text(problem, why, remedy).
  InputError(std::string_view problem, std::string_view why, std::string_view remedy)
      : Error(ExitCode::usage_or_input, problem, why, remedy) {}

  /// The same error with the place where it was found before it: "<place>: <message>".
  InputError at(std::string_view place) const;

 private:
  explicit InputError(const std::string& text) : Error(ExitCode::usage_or_input, text) {}
};

/// A named argument is wrong. Readers of files catch it and add file and line of that key.
class ArgumentError : public InputError {
 public:
  /// An error of the argument `key` whose message is error_text(problem, why, remedy).
  ArgumentError(std::string key, std::string_view problem, std::string_view why, std::string_view remedy)
      : InputError(problem, why, remedy), key_(std::move(key)) {}

  /// Says of the argument `key` what `reason` says.
  ArgumentError(std::string key, const InputError& reason) : InputError(reason), key_(std::move(key)) {}

  /// The argument at fault, or the path to it, such as "phases[1].peak_lr".
  const std::string& key() const { return key_; }

 private:
  std::string key_;
};

/// Reading or writing failed for a reason outside the input's content.
class IoError : public Error {
 public:
  /// An error whose message is error_text(problem, why, remedy).
  IoError(std::string_view problem, std::string_view why, std::string_view remedy)
      : Error(ExitCode::internal_or_io, problem, why, remedy) {}

  IoError at(std::string_view place) const;  ///< as for InputError

 private:
  explicit IoError(const std::string& text) : Error(ExitCode::internal_or_io, text) {}
};

/// No usable GPU, or the GPU failed midway.
class DeviceError : public Error {
 public:
  /// An error whose message is error_text(problem, why, remedy).
  DeviceError(std::string_view problem, std::string_view why, std::string_view remedy)
      : Error(ExitCode::device, problem, why, remedy) {}
};

}  // namespace losscast
