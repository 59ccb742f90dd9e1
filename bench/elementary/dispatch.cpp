// Chooses the instruction set's copy.
#include "elementary.hpp"

// What elementary_cpu.cpp defines, for one instruction set.
#define LOSSCAST_DECLARE(isa)                               \
  namespace isa {                                           \
  CpuEnsemble::RunTile* linear_tile();                      \
  CpuEnsemble::RunTile* hill_tile();                        \
  float normal_sum(std::uint64_t path, std::int64_t count); \
  }

namespace losscast {

inline LOSSCAST_DECLARE(generic)
#if defined(__x86_64__)
    LOSSCAST_DECLARE(avx2) LOSSCAST_DECLARE(avx512)
#endif

        namespace bench {
  namespace {

  struct Copy {
    CpuEnsemble::RunTile* linear;
    CpuEnsemble::RunTile* hill;
    float (*normal_sum)(std::uint64_t, std::int64_t);
  };

  Copy copy_for(Isa isa) {
    switch (isa) {
#if defined(__x86_64__)
      case Isa::avx512:
        return {avx512::linear_tile(), avx512::hill_tile(), &avx512::normal_sum};
      case Isa::avx2:
        return {avx2::linear_tile(), avx2::hill_tile(), &avx2::normal_sum};
#endif
      default:
        return {generic::linear_tile(), generic::hill_tile(), &generic::normal_sum};
    }
  }

  }  // namespace

  CpuEnsemble elementary_tile(Sde sde, Isa isa) {
    return {sde == Sde::linear ? copy_for(isa).linear : copy_for(isa).hill};
  }

  float sum_of_normals(Isa isa, std::uint64_t first_path, std::int64_t count) {
    return copy_for(isa).normal_sum(first_path, count);
  }

}  // namespace bench
}  // namespace losscast
