// The checksums of one instruction set: compiled once for each, with LOSSCAST_ISA naming it. Nothing that the linker
// could share between the copies may be used here, hence no containers.
#include "tests/math/checksum_cases.hpp"

namespace losscast::inline LOSSCAST_ISA {
namespace {

template <class Case>
std::uint64_t checksum_of(Case evaluate) {
  std::uint64_t results[checksum::kBatch];
  std::uint64_t sum = checksum::kStart;
  for (std::uint32_t first = 0; first < checksum::kPoints; first += checksum::kBatch) {
    for (std::uint32_t i = 0; i < checksum::kBatch; ++i) results[i] = evaluate(first + i);
    for (const std::uint64_t result : results) sum = checksum::add(sum, result);
  }
  return sum;
}

template <class... Cases>
void checksums_of(checksum::List<Cases...>, std::uint64_t* out) {
  ((*out++ = checksum_of(Cases{})), ...);
}

}  // namespace

// One checksum for each case of checksum::AllCases.
void elementary_checksums(std::uint64_t* out) { checksums_of(checksum::AllCases{}, out); }

}  // namespace losscast::inline LOSSCAST_ISA
