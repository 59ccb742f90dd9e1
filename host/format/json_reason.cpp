#include "format/json_reason.hpp"

namespace losscast {

std::string_view json_reason(std::string_view message) {
  const std::size_t reason = message.find("syntax error");
  if (reason != std::string_view::npos) return message.substr(reason);
  const std::size_t mark = message.find("] ");  // behind the exception's name
  return mark == std::string_view::npos ? message : message.substr(mark + 2);
}

}  // namespace losscast
