// Reading TOML.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "format/document.hpp"

namespace losscast {

// Throws InputError "<file>:<line>:<column>: ..." if the file is missing or not valid TOML.
DocumentNode read_toml_file(const std::filesystem::path& file);

// A whole TOML document that is no file of its own; `origin` says where it stands. Throws likewise.
DocumentNode parse_toml(std::string_view text, std::string_view origin);

// One TOML value, as a command line gives it. Places count the characters of `text` from 1; `origin` names the flag.
// Throws InputError if `text` is not a TOML value.
DocumentNode parse_toml_value(std::string_view text, std::string_view origin);

struct TomlAssignment {
  std::vector<std::string> keys;  // of a.b.c = value: a, b, c
  DocumentNode value;
};

// `key = value`, the key dotted or not. Places are `origin` followed by the text itself. Throws InputError if `text` is
// not that.
TomlAssignment parse_toml_assignment(std::string_view text, std::string_view origin);

}  // namespace losscast
