// NumPy's file format for arrays.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace losscast {

// The bytes of a .npy file, format version 1.0, that holds an array of float64, little-endian and in C order.
// Precondition: there are as many numbers as the shape says.
std::string npy_bytes(std::span<const std::size_t> shape, std::span<const double> numbers);

// An array in C order.
struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<double> numbers;
};

// Reads such a file back. Throws InputError naming it if it is missing, no .npy file, of another version, type or
// order, or longer or shorter than its shape says.
NpyArray read_npy_file(const std::filesystem::path& file);

}  // namespace losscast
