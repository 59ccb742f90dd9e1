// Reading back .npy files, as NumPy's format description has them.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <regex>
#include <string>
#include <vector>

namespace losscast::test {

struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<double> numbers;

  double at(std::size_t i, std::size_t j, std::size_t k) const {
    return numbers.at((i * shape.at(1) + j) * shape.at(2) + k);
  }
};

// Reads a file of version 1.0 with float64 in little-endian and C order, on a little-endian machine.
inline NpyArray read_npy(const std::string& bytes) {
  NpyArray array;
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t length = static_cast<unsigned char>(bytes.at(8)) + 256u * static_cast<unsigned char>(bytes.at(9));
  const std::string header = bytes.substr(10, length);
  EXPECT_EQ((10 + length) % 64, 0u);
  EXPECT_EQ(header.back(), '\n');
  std::smatch found;
  const std::regex pattern(R"(\{'descr': '<f8', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n)");
  EXPECT_TRUE(std::regex_match(header, found, pattern)) << header;
  const std::string shape = found[1];
  const std::regex number("[0-9]+");
  for (std::sregex_iterator n(shape.begin(), shape.end(), number), end; n != end; ++n)
    array.shape.push_back(std::stoul(n->str()));
  array.numbers.resize(std::accumulate(array.shape.begin(), array.shape.end(), std::size_t{1}, std::multiplies<>()));
  EXPECT_EQ(bytes.size(), 10 + length + 8 * array.numbers.size());
  std::memcpy(array.numbers.data(), bytes.data() + 10 + length, 8 * array.numbers.size());
  return array;
}

}  // namespace losscast::test
