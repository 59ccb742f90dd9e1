// Writing JSON for people and programs alike.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace losscast {

// The document as text: numbers with their shortest round-trip digits; a list of numbers, and whatever fits, on one
// line; everything else an entry a line, indented by two. Precondition: every number is finite, since JSON has no
// others.
std::string json_text(const nlohmann::ordered_json& document);

}  // namespace losscast
