// Whether a page is well-formed XML, as far as such pages need it.
#pragma once

#include <string>
#include <string_view>

namespace losscast::test {

// What is wrong first, with what follows it; empty if nothing is: elements that are not closed in their order, an
// attribute without its quotes or given twice, a character that must be escaped, an entity that XML does not know. Of
// declarations only <!DOCTYPE ...> is known, and only at the beginning.
std::string xml_fault(std::string_view page);

// The text of the page without its tags, with entities in place of their characters.
std::string text_of(std::string_view page);

}  // namespace losscast::test
