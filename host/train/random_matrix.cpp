#include "train/random_matrix.hpp"

#include <algorithm>

#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast {

namespace {

// Writes the four variates of a block to values[first] and after, as far as there is room.
void write_normals(const RandomBits& bits, Eigen::Index first, Eigen::Index count, float* values) {
  float normals[4];
  normals4(bits, normals);
  std::copy_n(normals, std::min<Eigen::Index>(4, count - first), values + first);
}

}  // namespace

Matrix random_weights(std::uint64_t seed, std::uint64_t path, Eigen::Index rows, Eigen::Index columns) {
  Matrix matrix(rows, columns);
  for (Eigen::Index first = 0; first < matrix.size(); first += 4)
    write_normals(random_bits(seed, Stream::weights, path, static_cast<std::uint32_t>(first / 4), 0), first,
                  matrix.size(), matrix.data());
  return matrix;
}

Matrix random_examples(std::uint64_t seed, std::uint64_t first, std::uint32_t step, Eigen::Index rows,
                       Eigen::Index columns) {
  Matrix matrix(rows, columns);
  for (Eigen::Index column = 0; column < columns; ++column)
    for (Eigen::Index row = 0; row < rows; row += 4)
      write_normals(random_bits(seed, Stream::batches, first + static_cast<std::uint64_t>(column), step,
                                static_cast<std::uint32_t>(row / 4)),
                    row, rows, matrix.col(column).data());
  return matrix;
}

}  // namespace losscast
