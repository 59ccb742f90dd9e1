/// \file
/// A picture of the loss over the learning rate at several widths of a network.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace losscast {

/// Where the losses lie at each width under one parameterisation.
struct WidthAxes {
  std::string name;            ///< of the parameterisation
  std::vector<double> shifts;  ///< what the LRs are times, for each width of the picture; above 0
};

/// What the picture shows.
struct WidthPicture {
  std::string title;                 ///< its first line
  std::string subtitle;              ///< smaller, below the title
  std::vector<double> lrs;           ///< ascending, above 0, at least two
  std::vector<double> losses;        ///< as many [nats per token], at the first width
  std::vector<std::int64_t> widths;  ///< ascending or descending, at least one
  std::vector<WidthAxes> panels;     ///< at least one
};

/// A self-contained SVG image: for each parameterisation, side by side on the same axes, the losses over the LRs of
/// each width, with a dot at the lowest. Losses that are no numbers are left out.
std::string width_svg(const WidthPicture& picture);

}  // namespace losscast
