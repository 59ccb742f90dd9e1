/// \file
/// Some items that stand for all of a list.
#pragma once

#include <cstddef>
#include <vector>

namespace losscast {

/// `count` of the items, or all if there are fewer, spread evenly over them and in their order.
template <class Item>
std::vector<Item> spread(const std::vector<Item>& items, std::size_t count) {
  if (items.size() <= count) return items;
  std::vector<Item> some;
  for (std::size_t i = 0; i < count; ++i) some.push_back(items[i * items.size() / count]);
  return some;
}

}  // namespace losscast
