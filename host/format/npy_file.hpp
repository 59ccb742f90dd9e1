// NumPy's file format for arrays.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace losscast {

// The bytes of a .npy file, format version 1.0, that holds an array of float64, little-endian and in C order.
// Precondition: there are as many numbers as the shape says.
std::string npy_bytes(std::span<const std::size_t> shape, std::span<const double> numbers);

}  // namespace losscast
