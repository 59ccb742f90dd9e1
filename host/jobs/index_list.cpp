#include "jobs/index_list.hpp"

#include <fmt/format.h>

#include "losscast/base/contract.hpp"

namespace losscast {

std::string index_list(std::span<const int> indices) {
  std::string text;
  for (std::size_t first = 0, next = 0; first < indices.size(); first = next) {
    next = first + 1;
    while (next < indices.size() && indices[next] == indices[next - 1] + 1) ++next;
    LOSSCAST_EXPECTS(next == indices.size() || indices[next] > indices[next - 1]);
    if (first > 0) text += ',';
    text += fmt::format("{}", indices[first]);
    if (next - first > 1) text += fmt::format("-{}", indices[next - 1]);
  }
  return text;
}

}  // namespace losscast
