// A TOML or JSON document as a tree of values that know where they were written, so that every message can say so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "losscast/base/error.hpp"

namespace losscast {

// Where a value was written.
struct Place {
  std::shared_ptr<const std::string> origin;  // a file's name, or the flag of the command line
  int line = 0;                               // from 1; 0: not known, or there is only one
  int column = 0;                             // from 1; 0: not known
};

// "runs.toml:3:7"; "--schedule, character 7"; or only the origin.
std::string to_string(const Place& place);

struct DocumentNode;

struct DocumentTable {
  std::vector<DocumentNode> entries;  // in the document's order
};

struct DocumentNode {
  struct Null {};   // JSON only
  struct Other {};  // a date or a time: nothing here takes one
  using List = std::vector<DocumentNode>;

  std::variant<DocumentTable, List, std::string, std::int64_t, double, bool, Null, Other> data;
  std::string name;  // the key in its table; empty in a list
  std::string path;  // from the root: "search.candidates", "curve[1].schedule"; empty for the root
  Place place;

  // Typed look-ups: each throws an InputError "<place>: <path>: <problem>" if the value is of another type.
  double number() const;              // finite; whole numbers are numbers too
  std::int64_t whole_number() const;  // numbers without a fractional part, such as 1e6, are whole numbers too
  bool boolean() const;
  const std::string& text() const;      // not empty
  const std::string& any_text() const;  // perhaps empty
  const List& list() const;
  const DocumentTable& table() const;

  // The path of an existing file, relative to `folder` unless it is absolute.
  std::filesystem::path file_in(const std::filesystem::path& folder) const;

  const DocumentNode* find(std::string_view key) const;  // null if this table has no such key
  const DocumentNode& at(std::string_view key) const;    // throws if this table has no such key

  // Throws if this table has a key that is not among `keys`.
  void allow_only(std::span<const std::string> keys) const;

  bool is_null() const { return std::holds_alternative<Null>(data); }

  // The type in words, with an article: "a number".
  std::string_view type() const;

  // Throws the InputError "<place>: <path>: <message>".
  [[noreturn]] void fail(std::string_view problem, std::string_view why, std::string_view remedy) const;
  [[noreturn]] void fail(const InputError& error) const;

  // Calls `check`, and lets an InputError that it throws begin with this node's place.
  void check(const std::function<void()>& check) const;
};

// Throws unless `format = <format>` stands at the root. Call it before anything else is looked at: a document of
// another format may have other keys.
void require_format(const DocumentNode& root, std::int64_t format);

}  // namespace losscast
