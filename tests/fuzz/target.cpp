#include "tests/fuzz/target.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "losscast/base/error.hpp"

namespace losscast::fuzz {
namespace {

Outcome outcome;
constinit MakeSeeds make_seeds = nullptr;

// How many bytes the code point that begins the text takes; 0 if it is not valid, or a control character.
std::size_t printable_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : 0;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  std::uint32_t code = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u) return 0;
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::uint32_t kFirstOf[] = {0, 0, 0xA0, 0x800, 0x10000};  // 0x80 to 0x9F are control characters
  const bool is_surrogate = code >= 0xD800 && code < 0xE000;
  return first < 0xF8 && code >= kFirstOf[length] && code <= 0x10FFFF && !is_surrogate ? length : 0;
}

std::vector<std::string> pieces(std::string_view text, std::string_view separator) {
  std::vector<std::string> out;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    out.emplace_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return out;
    begin = end + separator.size();
  }
}

}  // namespace

const Outcome& last_outcome() { return outcome; }

int try_reader(const std::function<void()>& read) {
  try {
    outcome = {};
    read();
    outcome.accepted = true;
  } catch (const Error& error) {
    outcome.message = error.what();
    require(is_printable_line(outcome.message), "the message is no printable line: " + outcome.message);
    require(error.code() == ExitCode::usage_or_input || error.code() == ExitCode::internal_or_io,
            "the exit code is not one of a reader: " + outcome.message);
  } catch (const std::exception& other) {
    fault(std::string("another exception than an Error: ") + other.what());
  }
  return 0;
}

void fault(std::string_view what) {
  std::fprintf(stderr, "fault: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void require(bool holds, std::string_view what) {
  if (!holds) fault(what);
}

bool is_printable_line(std::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string text_of(const std::uint8_t* data, std::size_t size) {
  return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

std::vector<std::string> parts_of(std::string_view input) { return pieces(input, "\n%%\n"); }

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines = pieces(text, "\n");
  std::erase(lines, "");
  return lines;
}

bool add_made_seeds(MakeSeeds make) {
  make_seeds = make;
  return true;
}

std::vector<std::string> made_seeds() { return make_seeds ? make_seeds() : std::vector<std::string>(); }

Folder::Folder() {
  for (const auto& parent : {std::filesystem::path("/dev/shm"), std::filesystem::temp_directory_path()}) {  // in memory
    std::string pattern = (parent / "losscast-fuzz-XXXXXX").string();
    if (path_.empty() && mkdtemp(pattern.data())) path_ = pattern;
  }
  require(!path_.empty(), "there is no place for a folder");
  write("schedule.csv", "step,lr\n0,1e-4\n1000,3e-4\n");
  for (const char* source : {LOSSCAST_TEST_DATA, LOSSCAST_EXAMPLES "/demo"})
    for (const auto& entry : std::filesystem::directory_iterator(source))
      if (entry.is_regular_file())
        std::filesystem::copy_file(entry, path_ / entry.path().filename(),
                                   std::filesystem::copy_options::skip_existing);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path Folder::write(const std::string& name, std::string_view content) const {
  std::ofstream out(path_ / name, std::ios::binary);
  out << content;
  require(static_cast<bool>(out.flush()), "a file of the target cannot be written");
  return path_ / name;
}

}  // namespace losscast::fuzz
