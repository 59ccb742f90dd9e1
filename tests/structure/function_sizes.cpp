#include "tests/structure/function_sizes.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace losscast::test {
namespace {

using std::string;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Where the comment, literal or directive that begins at `at` ends; `at` itself if none begins there.
std::size_t end_of_skipped(std::string_view text, std::size_t at) {
  const auto behind = [&](std::string_view mark, std::size_t from) {
    const std::size_t found = text.find(mark, from);
    return found == std::string_view::npos ? text.size() : found + mark.size();
  };
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return behind("*/", at + 2);
  if (rest.starts_with("R\"") && (at == 0 || !is_word(text[at - 1]))) {
    const string end = ")" + string(text.substr(at + 2, text.find('(', at) - at - 2)) + "\"";
    return behind(end, at + 2);
  }
  const bool is_separator = rest[0] == '\'' && at > 0 && is_word(text[at - 1]);  // of digits
  if (rest[0] == '"' || (rest[0] == '\'' && !is_separator)) {
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != rest[0]) end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
  }
  const std::size_t line = text.rfind('\n', at) + 1;  // npos + 1 = 0
  if (rest[0] == '#' && text.find_first_not_of(" \t", line) == at) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    while (end < text.size() && text[end - 1] == '\\') end = std::min(text.find('\n', end + 1), text.size());
    return end;
  }
  return at;
}

// The code alone: comments, literals and directives are blanks, and lines stay where they are.
string code_of(std::string_view text) {
  string code(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_skipped(text, at);
    for (std::size_t i = at; i < end; ++i)
      if (code[i] != '\n') code[i] = ' ';
    at = std::max(end, at + 1);
  }
  return code;
}

// Returns the text without what stands between brackets of one kind, and without these brackets.
string without_groups(const string& text, char open, char close) {
  string out;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_arrow = close == '>' && i > 0 && text[i - 1] == '-';
    if (text[i] == open) ++depth;
    if (depth == 0) out += text[i];
    if (text[i] == close && depth > 0 && !is_arrow) --depth;
  }
  return out;
}

// Returns the header on one line, without what would be taken for brackets: names of operators, and words that take an
// argument.
string plain_header(const string& header) {
  static const std::regex spaces("\\s+"), symbols(R"(operator *(\(\)|[^\w\s(]+))"),
      asking(R"(\b(noexcept|alignas|explicit|decltype|__launch_bounds__|requires) *\([^()]*(\([^()]*\)[^()]*)*\))");
  const string line = std::regex_replace(header, spaces, " ");
  return std::regex_replace(std::regex_replace(line, symbols, "operator_symbol"), asking, "$1");
}

enum class Brace { scope, function, value };

// What the brace after `header` opens.
Brace kind_of(const string& header) {
  static const std::regex scope(R"(\b(namespace|class|struct|union|enum)\b|^ *extern *$)"), concept_(R"(\bconcept\b)");
  const bool is_in_parentheses = std::ranges::count(header, '(') != std::ranges::count(header, ')');
  const string outside = without_groups(without_groups(plain_header(header), '<', '>'), '(', ')');
  const std::size_t last = outside.find_last_not_of(' ');
  if (is_in_parentheses || last == string::npos || outside[last] == '=' || std::regex_search(outside, concept_))
    return Brace::value;
  if (std::regex_search(outside, scope)) return Brace::scope;
  const bool is_after_space = std::isspace(static_cast<unsigned char>(header.back()));
  return is_after_space && header.find('(') != string::npos ? Brace::function : Brace::value;
}

// Counts the parameters in the first parentheses of the header.
int parameters_of(const string& header) {
  const string plain = without_groups(plain_header(header), '<', '>');
  const std::size_t open = plain.find('(');
  if (open == string::npos || plain[plain.find_first_not_of(' ', open + 1)] == ')') return 0;
  int depth = 0, parameters = 1;
  for (std::size_t i = open; i < plain.size(); ++i) {
    const char c = plain[i];
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (c == ',' && depth == 1) ++parameters;
    if (depth == 0) break;
  }
  return parameters;
}

// The partner of the brace at `open`; npos if there is none.
std::size_t partner(const string& code, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < code.size(); ++i) {
    if (code[i] == '{') ++depth;
    if (code[i] == '}' && --depth == 0) return i;
  }
  return string::npos;
}

// Goes through namespaces and classes, and past bodies and values.
class Counter {
 public:
  explicit Counter(string code) : code_(std::move(code)) {}

  FunctionSizes count() {
    for (std::size_t at = 0; at < code_.size() && sizes_.is_whole; ++at) at = pass(at);
    sizes_.is_whole = sizes_.is_whole && scopes_ == 0;
    return std::move(sizes_);
  }

 private:
  // Returns the last character of what it has passed.
  std::size_t pass(std::size_t at) {
    const char c = code_[at];
    if (c == '{') return pass_brace(at);
    if (c == '}') sizes_.is_whole = --scopes_ >= 0;
    if (c == '}' || c == ';') {
      header_.clear();
      return at;
    }
    if (header_.empty() && std::isspace(static_cast<unsigned char>(c))) return at;
    if (header_.empty()) begin_ = at;
    header_ += c;
    if (header_ == "public:" || header_ == "private:" || header_ == "protected:") header_.clear();
    return at;
  }

  std::size_t pass_brace(std::size_t at) {
    const Brace kind = header_.empty() ? Brace::value : kind_of(header_);
    if (kind == Brace::scope) {
      ++scopes_;
      header_.clear();
      return at;
    }
    const std::size_t end = partner(code_, at);
    sizes_.is_whole = end != string::npos;
    if (!sizes_.is_whole) return at;
    if (kind == Brace::value) {
      header_ += "{}";
    } else {
      sizes_.functions.push_back({.header = std::regex_replace(header_, std::regex("\\s+"), " "),
                                  .first_line = 1 + lines_in(0, begin_),
                                  .lines = 1 + lines_in(begin_, end),
                                  .parameters = parameters_of(header_)});
      header_.clear();
    }
    return end;
  }

  int lines_in(std::size_t begin, std::size_t end) const {
    return static_cast<int>(std::count(code_.begin() + static_cast<std::ptrdiff_t>(begin),
                                       code_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  }

  string code_, header_;
  std::size_t begin_ = 0;  // of the header
  int scopes_ = 0;         // that are open
  FunctionSizes sizes_;
};

}  // namespace

FunctionSizes function_sizes(std::string_view text) { return Counter(code_of(text)).count(); }

}  // namespace losscast::test
