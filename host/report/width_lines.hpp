// How pictures tell the widths of a network apart.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace losscast {

// The colour of a line, of so many: the first is the lightest.
std::string width_colour(std::size_t number, std::size_t count);

// The colours with their widths, in a line of text whose foot is at `y`.
std::string width_legend(const std::vector<std::int64_t>& widths, double left, double y);

}  // namespace losscast
