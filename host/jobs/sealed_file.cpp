#include "jobs/sealed_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "format/kept_file.hpp"
#include "format/sha256.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"

namespace losscast {
namespace {

std::string beginning(std::string_view kind) { return fmt::format("losscast {} 1 ", kind); }

std::string checksum(std::string_view note, std::string_view bytes) {
  return sha256(sha256(note).append(sha256(bytes)));
}

// What stands between the line's beginning and its end; nothing if the line is not of this kind.
std::string_view rest_of_line(std::string_view line, std::string_view kind) {
  const std::string start = beginning(kind);
  return line.substr(0, start.size()) == start ? line.substr(start.size()) : std::string_view();
}

}  // namespace

void write_sealed(const std::filesystem::path& file, std::string_view kind, std::string_view note,
                  std::string_view bytes) {
  AtomicFile out(file);
  out.append(fmt::format("{}{} {}\n", beginning(kind), note, checksum(note, bytes)));
  out.append(bytes);
  out.commit();
}

SealedBytes read_sealed(const std::filesystem::path& file, std::string_view kind, const std::string& remedy) {
  std::string content = read_kept_file(file);
  const std::size_t end = content.find('\n');
  const std::string line = content.substr(0, std::min(end, content.size()));
  const std::string_view rest = rest_of_line(line, kind);
  const std::size_t space = rest.find(' ');
  if (end == std::string::npos || space == std::string_view::npos)
    throw InputError(fmt::format("this is no {} of losscast", kind), "it is damaged, or of another version", remedy)
        .at(file.string());
  SealedBytes sealed{std::string(rest.substr(0, space)), std::move(content.erase(0, end + 1))};
  if (rest.substr(space + 1) != checksum(sealed.note, sealed.bytes))
    throw InputError("the file is damaged", "its content is not that which its checksum is of", remedy)
        .at(file.string());
  return sealed;
}

std::string read_seal_note(const std::filesystem::path& file, std::string_view kind) {
  std::ifstream in(file, std::ios::binary);
  std::string line(512, '\0');
  in.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(in.gcount()));
  const std::string_view rest = rest_of_line(line, kind);
  return std::string(rest.substr(0, rest.find(' ')));
}

}  // namespace losscast
