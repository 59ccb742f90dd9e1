// Which arguments of sbatch users may add to those of `submit`.
#pragma once

#include <string>
#include <vector>

namespace losscast {

// Throws InputError for an argument that is no flag, or that sets what the jobs rely on or what `submit` has a flag
// for. Each form that sbatch understands is recognised: --NAME=VALUE, beginnings of names, letters and several of them.
void require_usable_arguments(const std::vector<std::string>& arguments);

}  // namespace losscast
