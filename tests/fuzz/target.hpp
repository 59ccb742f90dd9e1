// What fuzz targets share: what a reader may do with bytes, and a folder for the files that it reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// The entry point of a target, as libFuzzer has it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace losscast::fuzz {

// What a reader made of an input.
struct Outcome {
  bool accepted = false;
  std::string message = {};  // of the error, where it was not accepted
};

// The outcome of the input that ran last.
const Outcome& last_outcome();

// Calls `read`, which may return or throw an Error with a message of one printable line; anything else ends the program
// as a fault. Returns what an entry point does.
int try_reader(const std::function<void()>& read);

// Ends the program, saying what is wrong.
[[noreturn]] void fault(std::string_view what);

// A fault unless it holds.
void require(bool holds, std::string_view what);

// Whether the text is not empty, valid UTF-8, and free of control characters.
bool is_printable_line(std::string_view text);

std::string text_of(const std::uint8_t* data, std::size_t size);

// The parts of an input between lines that read "%%".
std::vector<std::string> parts_of(std::string_view input);

std::vector<std::string> lines_of(std::string_view text);

using MakeSeeds = std::vector<std::string> (*)();

// For targets whose inputs the library makes, in a form that may change: `make` returns seeds beside those in files.
// Returns true, so that a target can say so while the program starts.
bool add_made_seeds(MakeSeeds make);

std::vector<std::string> made_seeds();

// A folder of a target's own, removed at the end. It holds the small input files of the
// tests and of the example, and schedule.csv for the family `file`.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // Writes a file and returns its path.
  std::filesystem::path write(const std::string& name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

}  // namespace losscast::fuzz
