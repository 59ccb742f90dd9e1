// Reading JSON.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "format/document.hpp"

namespace losscast {

// Throws InputError if the file is missing ("<file>: ...") or not valid JSON ("<file>:<line>:<column>: ..."). Places of
// values are the file alone: their paths lead to them.
DocumentNode read_json_file(const std::filesystem::path& file);

// The document that read_json_file() would find if `json` were written to `file`.
DocumentNode json_document(const nlohmann::ordered_json& json, const std::filesystem::path& file);

}  // namespace losscast
