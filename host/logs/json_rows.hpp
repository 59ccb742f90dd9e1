// Rows of a table as JSON objects, such as Python's json writes them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "logs/log_table_builder.hpp"

namespace losscast {

// Parses a document. Python's NaN, Infinity and -Infinity, which JSON does not have, become texts. Throws InputError,
// without a place, if the text is not JSON.
nlohmann::json parse_python_json(std::string_view text);

// Adds the values of an object to the row that was begun: numbers and texts under their keys, those of an object in it
// under "<its key>/<their key>". Lists, null, true and false are passed over.
void add_object(LogTableBuilder& builder, const nlohmann::json& object);

}  // namespace losscast
