#include "tests/report/well_formed.hpp"

#include <cctype>
#include <set>
#include <utility>
#include <vector>

namespace losscast::test {

namespace {

constexpr std::pair<std::string_view, char> kEntities[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}};

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == ':'; }

class Reader {
 public:
  explicit Reader(std::string_view page) : rest_(page) {}

  std::string fault() {
    constexpr std::string_view kDoctype = "<!DOCTYPE html>";
    if (rest_.starts_with(kDoctype)) rest_.remove_prefix(kDoctype.size());
    while (!rest_.empty()) {
      const std::string_view here = rest_.substr(0, 60);
      if (!(rest_.front() == '<' ? tag() : character())) return std::string(here);
    }
    return open_.empty() ? "" : "not closed: " + open_.back();
  }

 private:
  bool character() {
    const char c = rest_.front();
    if (c == '>' && !open_.empty() && open_.back() != "style") return false;  // allowed, but nothing here writes it
    if (c >= 0 && c < ' ' && c != '\n' && c != '\t') return false;
    for (const auto& [entity, meaning] : kEntities)
      if (rest_.starts_with(entity)) {
        rest_.remove_prefix(entity.size());
        return true;
      }
    rest_.remove_prefix(1);
    return c != '&';
  }

  std::string name() {
    std::size_t length = 0;
    while (length < rest_.size() && is_name(rest_[length])) ++length;
    std::string found(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return found;
  }

  bool skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
  }

  bool tag() {
    skip("<");
    if (skip("/")) {
      const std::string closed = name();
      if (open_.empty() || open_.back() != closed) return false;
      open_.pop_back();
      return skip(">");
    }
    const std::string opened = name();
    if (opened.empty()) return false;
    std::set<std::string> attributes;
    for (;;) {
      skip_blanks();
      if (skip("/>")) return true;
      if (skip(">")) {
        open_.push_back(opened);
        return true;
      }
      const std::string attribute = name();
      if (attribute.empty() || !attributes.insert(attribute).second || !skip("=\"")) return false;
      while (!rest_.empty() && rest_.front() != '"')
        if (rest_.front() == '<' || !character()) return false;
      if (!skip("\"")) return false;
    }
  }

  std::string_view rest_;
  std::vector<std::string> open_;
};

}  // namespace

std::string xml_fault(std::string_view page) { return Reader(page).fault(); }

std::string text_of(std::string_view page) {
  std::string text;
  bool in_tag = false;
  for (std::size_t i = 0; i < page.size(); ++i) {
    if (page[i] == '<') in_tag = true;
    if (!in_tag) {
      char meaning = page[i];
      for (const auto& [entity, character] : kEntities)
        if (page.substr(i).starts_with(entity)) {
          meaning = character;
          i += entity.size() - 1;
          break;
        }
      text += meaning;
    }
    if (page[i] == '>') in_tag = false;
  }
  return text;
}

}  // namespace losscast::test
