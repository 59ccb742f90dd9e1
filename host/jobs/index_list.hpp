// Lists of indices as schedulers write them.
#pragma once

#include <span>
#include <string>

namespace losscast {

// "0-3,7,9-12". Precondition: the indices ascend.
std::string index_list(std::span<const int> indices);

}  // namespace losscast
