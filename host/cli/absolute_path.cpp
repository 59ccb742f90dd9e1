#include "cli/absolute_path.hpp"

#include <system_error>

namespace losscast {

namespace fs = std::filesystem;

fs::path absolute_path(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(fs::absolute(path), error);
  return error ? fs::absolute(path) : found;
}

}  // namespace losscast
