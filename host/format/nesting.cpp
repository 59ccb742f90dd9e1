#include "format/nesting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace losscast {
namespace {

// The byte after the text in quotes that begins at `begin`, or the text's end.
std::size_t end_of_quotes(std::string_view text, std::size_t begin, std::string_view quotes, bool has_escapes) {
  for (std::size_t i = begin + quotes.size(); i < text.size(); ++i) {
    if (has_escapes && text[i] == '\\')
      ++i;
    else if (text.substr(i, quotes.size()) == quotes)
      return i + quotes.size();
  }
  return text.size();
}

// The same of a TOML string of any kind: "...", '...', and both in three quotes, over several lines.
std::size_t end_of_toml_string(std::string_view text, std::size_t begin) {
  const std::string quotes(3, text[begin]);
  const std::string_view three = quotes;
  const bool is_long = text.substr(begin, 3) == three;
  std::size_t end = end_of_quotes(text, begin, is_long ? three : three.substr(0, 1), three[0] == '"');
  for (int own = 0; is_long && own < 2 && text.substr(end, 1) == three.substr(0, 1); ++own) ++end;  // such as """a"""""
  return end;
}

// Follows the marks of a TOML text and knows how deep the one before stands.
class TomlDepth {
 public:
  // The next mark; what stands within strings and comments is none.
  void next(char mark) {
    switch (mark) {
      case '\n':
        if (open_.empty()) begin_line();
        break;
      case '[':
        if (is_key_ && open_.empty())
          begin_header();
        else
          open(mark);
        break;
      case '{':
        open(mark);
        break;
      case ']':
      case '}':
        close();
        break;
      case '.':
        if (is_key_) ++depth_;
        break;
      case '=':
        is_key_ = in_header_;
        break;
      case ',':
        if (!open_.empty()) begin_entry();
        break;
      default:
        break;
    }
  }

  int depth() const { return depth_; }

 private:
  struct Open {
    char bracket;
    int depth;  // of its value
  };

  void begin_line() {
    if (in_header_) header_ = depth_;
    in_header_ = false;
    is_key_ = true;
    depth_ = header_ + 1;
  }
  // A second bracket, of [[...]], is a list and so a level.
  void begin_header() {
    depth_ = in_header_ ? depth_ + 1 : 1;
    in_header_ = true;
  }
  void open(char bracket) {
    open_.push_back({bracket, depth_});
    begin_entry();
  }
  void begin_entry() {
    depth_ = open_.back().depth + 1;
    is_key_ = open_.back().bracket == '{';
  }
  void close() {
    if (open_.empty()) return;  // of a header
    depth_ = open_.back().depth;
    open_.pop_back();
    is_key_ = false;
  }

  std::vector<Open> open_;
  int header_ = 0;  // how deep the table of the last header is
  int depth_ = 1;   // of the value that the current key leads to
  bool is_key_ = true;
  bool in_header_ = false;
};

using Json = nlohmann::json;

// Reads on as long as the depth is bearable.
class DepthCheck final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return go_down(); }
  bool end_object() override { return go_up(); }
  bool start_array(std::size_t) override { return go_down(); }
  bool end_array() override { return go_up(); }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }

  bool is_too_deep() const { return depth_ > kDeepestNesting; }

 private:
  bool go_down() { return ++depth_ <= kDeepestNesting; }
  bool go_up() {
    --depth_;
    return true;
  }

  int depth_ = 0;
};

}  // namespace

std::optional<std::size_t> too_deep_in_json(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char mark = text[i];
    if (mark == '"')
      i = end_of_quotes(text, i, "\"", true) - 1;
    else if (mark == ']' || mark == '}')
      --depth;
    else if ((mark == '[' || mark == '{') && ++depth > kDeepestNesting)
      return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> too_deep_in_toml(std::string_view text) {
  TomlDepth toml;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char mark = text[i];
    if (mark == '"' || mark == '\'') {
      i = end_of_toml_string(text, i) - 1;
    } else if (mark == '#') {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else {
      toml.next(mark);
      if (toml.depth() > kDeepestNesting) return i;
    }
  }
  return std::nullopt;
}

bool is_too_deep_cbor(std::string_view bytes) {
  DepthCheck check;
  Json::sax_parse(bytes, &check, Json::input_format_t::cbor);
  return check.is_too_deep();
}

InputError too_deep_error() {
  return InputError(fmt::format("values are nested more than {} levels deep", kDeepestNesting),
                    "nothing that losscast reads needs as many", "correct what stands here");
}

}  // namespace losscast
