#include "format/npy_file.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "losscast/format/text_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/npy_reader.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<double> kNumbers = {1, -2.5, 0.1, kInfinity, std::nan(""), 24000};

// Byte by byte as the format's description says.
TEST(NpyBytes, HaveTheHeaderOfVersionOne) {
  const std::size_t shape[] = {2};
  const double numbers[] = {1, -2};
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
  const std::string expected = std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header +
                               std::string(118 - 1 - header.size(), ' ') + "\n" +
                               std::string("\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\xc0", 16);
  EXPECT_EQ(npy_bytes(shape, numbers), expected);
}

TEST(NpyBytes, ReadBackAsTheyWere) {
  const std::size_t shape[] = {1, 3, 2};
  const NpyArray array = read_npy(npy_bytes(shape, kNumbers));
  EXPECT_EQ(array.shape, (std::vector<std::size_t>{1, 3, 2}));
  EXPECT_EQ(array.at(0, 1, 0), 0.1);
  EXPECT_EQ(array.at(0, 1, 1), kInfinity);
  EXPECT_TRUE(std::isnan(array.at(0, 2, 0)));
  EXPECT_EQ(array.at(0, 2, 1), 24000);
}

TEST(ReadNpyFile, ReadsWhatWasWritten) {
  const ScratchFolder folder;
  const std::size_t shape[] = {1, 3, 2};
  const losscast::NpyArray array = read_npy_file(folder.write("array.npy", npy_bytes(shape, kNumbers)));
  EXPECT_EQ(array.shape, (std::vector<std::size_t>{1, 3, 2}));
  ASSERT_EQ(array.numbers.size(), std::size(kNumbers));
  for (std::size_t i = 0; i < std::size(kNumbers); ++i)
    EXPECT_EQ(std::bit_cast<std::uint64_t>(array.numbers[i]), std::bit_cast<std::uint64_t>(kNumbers[i])) << i;
}

TEST(ReadNpyFile, RefusesEverythingElse) {
  const ScratchFolder folder;
  const std::size_t shape[] = {1, 3, 2};
  const std::string good = npy_bytes(shape, kNumbers);
  const auto expect_refused = [&](const std::string& bytes, const char* said) {
    expect_error(ExitCode::usage_or_input, {"array.npy", said},
                 [&] { read_npy_file(folder.write("array.npy", bytes)); });
  };
  expect_refused("", "no such .npy file");
  expect_refused(good.substr(0, 9), "no such .npy file");
  expect_refused("x" + good, "no such .npy file");
  expect_refused(good.substr(0, 40), "its header is another one");
  expect_refused(replaced(good, "False", "True, "), "its header is another one");
  expect_refused(good.substr(0, good.size() - 8), "longer or shorter than its shape says");
  expect_refused(good + "12345678", "longer or shorter than its shape says");
  expect_refused(replaced(good, "(1, 3, 2)", "()       "), "longer or shorter than its shape says");
  expect_refused(replaced(good, "(1, 3, 2), }   ", "(9999999999999)"), "longer or shorter than its shape says");
}

// A shape of many digits needs a longer header.
TEST(NpyBytes, StayAlignedForAnyShape) {
  for (std::size_t digits = 1, zeros = 1; digits < 19; ++digits, zeros *= 10) {
    const std::size_t shape[] = {0, zeros, zeros, zeros};
    EXPECT_EQ(npy_bytes(shape, {}).size() % 64, 0u);
    EXPECT_EQ(read_npy(npy_bytes(shape, {})).shape.back(), zeros);
  }
}

TEST(NpyBytes, AreReadByNumPy) {
  if (std::system("python3 -c 'import numpy' > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "SKIPPED: there is no python3 with numpy to read the file with";
  const ScratchFolder folder;
  const std::size_t shape[] = {1, 3, 2};
  folder.write("array.npy", npy_bytes(shape, kNumbers));
  folder.write("read.py",
               "import math, numpy\n"
               "a = numpy.load('array.npy', allow_pickle=False)\n"
               "assert a.shape == (1, 3, 2) and a.dtype == numpy.dtype('<f8') and a.flags.c_contiguous\n"
               "assert a[0, 0].tolist() == [1, -2.5] and a[0, 1].tolist() == [0.1, math.inf]\n"
               "assert math.isnan(a[0, 2, 0]) and a[0, 2, 1] == 24000\n");
  EXPECT_EQ(std::system(("cd '" + folder.path().string() + "' && python3 read.py").c_str()), 0);
}

}  // namespace
}  // namespace losscast::test
