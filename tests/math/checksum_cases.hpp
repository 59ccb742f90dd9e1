// The elementary functions at fixed arguments, one case a function, in a form that host and device can both evaluate,
// and what every compiler, instruction set and device must give for them.
// Arguments are chosen so that no result is NaN, whose bits may differ between machines.
#pragma once

#include <cstddef>
#include <cstdint>

#include "losscast/math/modes.hpp"

namespace losscast::inline LOSSCAST_ISA::checksum {

inline constexpr std::uint32_t kPoints = 1U << 20;  // arguments of each case
inline constexpr std::uint32_t kBatch = 1U << 10;   // evaluated by one loop, which the compiler vectorises

// The checksum of nothing, and of one result more (FNV-1a on 64-bit words).
inline constexpr std::uint64_t kStart = 0xCBF29CE484222325U;
LOSSCAST_HD inline std::uint64_t add(std::uint64_t checksum, std::uint64_t result) {
  return (checksum ^ result) * 0x100000001B3U;
}

// A well-mixed word for each index: the steps of a multiplicative hash (odd factors, high bits folded into low ones).
LOSSCAST_HD inline std::uint64_t word(std::uint32_t index) {
  std::uint64_t x = (index + std::uint64_t{1}) * 0x9E3779B97F4A7C15U;
  x = (x ^ x >> 32) * 0xD6E8FEB86659FD93U;
  return x ^ x >> 32;
}
LOSSCAST_HD inline std::uint32_t low_word(std::uint32_t index) { return static_cast<std::uint32_t>(word(index)); }
LOSSCAST_HD inline std::uint32_t high_word(std::uint32_t index) {
  return static_cast<std::uint32_t>(word(index) >> 32);
}

// Numbers in [-limit, limit), every one exact for limits that are powers of two.
LOSSCAST_HD inline float symmetric(std::uint32_t bits, float limit) {
  return limit * (static_cast<float>(static_cast<std::int32_t>(bits) >> 8) * 0x1p-23f);
}
LOSSCAST_HD inline double symmetric(std::uint64_t bits, double limit) {
  const double high = static_cast<double>(static_cast<std::int32_t>(bits >> 32)) * 0x1p-31;
  return limit * (high + static_cast<double>(static_cast<std::int32_t>(bits) >> 11) * 0x1p-52);
}

// Positive finite numbers of all sizes, denormals too.
LOSSCAST_HD inline float positive(std::uint32_t bits) {
  const float x = math::internal::from_bits(bits >> 1);
  return x < math::internal::kInfinity<float> ? x : 1.0f;
}
LOSSCAST_HD inline double positive(std::uint64_t bits) {
  const double x = math::internal::from_bits(bits >> 1);
  return x < math::internal::kInfinity<double> ? x : 1.0;
}

// Positive numbers between 2^-limit and 2^limit, small ones as often as large ones.
LOSSCAST_HD inline float of_any_size(std::uint32_t bits, std::uint32_t limit) {
  constexpr std::uint32_t kFraction = 0x007fffffU;
  const std::uint32_t exponent = 127U - limit + (bits >> 23) % (2U * limit);
  return math::internal::from_bits(exponent << 23 | (bits & kFraction));
}

// Operands of either sign that together use the range of ReproducibleMath::divide: a, b and a / b between 2^-100 and
// 2^100 in magnitude.
struct Operands {
  float a;
  float b;
};
LOSSCAST_HD inline Operands operands(std::uint32_t i) {
  const std::uint32_t limit = 1U + i % 99U;
  const float a = of_any_size(low_word(i), limit);
  return {i % 2 == 0 ? a : -a, of_any_size(high_word(i), 100U - limit)};
}

// Bases between 2^-60 and 2^60, and exponents that include those of the models.
struct BaseAndExponent {
  float base;
  float exponent;
};
LOSSCAST_HD inline BaseAndExponent base_and_exponent(std::uint32_t i) {
  const float exponents[] = {-0.425f, -0.375f, 0.15f, 1.75f};
  return {of_any_size(low_word(i), 60U), exponents[i % 4]};
}

LOSSCAST_HD inline std::uint64_t result(float value) { return math::internal::to_bits(value); }
LOSSCAST_HD inline std::uint64_t result(double value) { return math::internal::to_bits(value); }

// A case: its name, its result at an index, and the recorded checksum of all its results. Whether the results are
// right is for the accuracy tests to say; the record only says that they are the same.
struct ExpFloat {
  static constexpr const char* kName = "exp FP32";
  static constexpr std::uint64_t kRecorded = 0x5E744D9AF842B50CU;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(math::exp(symmetric(low_word(i), 128.0f)));
  }
};
struct Expm1Float {
  static constexpr const char* kName = "expm1 FP32";
  static constexpr std::uint64_t kRecorded = 0x3559B4BDACADF275U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(math::expm1(symmetric(low_word(i), i % 2 == 0 ? 1.0f : 128.0f)));
  }
};
struct LogFloat {
  static constexpr const char* kName = "log FP32";
  static constexpr std::uint64_t kRecorded = 0xBB2F0E74E3C0C9AEU;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const { return result(math::log(positive(low_word(i)))); }
};
struct PowFloat {
  static constexpr const char* kName = "pow FP32";
  static constexpr std::uint64_t kRecorded = 0x1F47370625AA2EB1U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(math::pow(positive(low_word(i)), symmetric(high_word(i), i % 2 == 0 ? 2.0f : 16.0f)));
  }
};
struct SqrtFloat {
  static constexpr const char* kName = "sqrt FP32";
  static constexpr std::uint64_t kRecorded = 0xEA5E3C234820BA4CU;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const { return result(math::sqrt(positive(low_word(i)))); }
};
struct SineOfTurns {
  static constexpr const char* kName = "sine of turns";
  static constexpr std::uint64_t kRecorded = 0x5C3A6FDA0F63660CU;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    float sine, cosine;
    math::sincos_turns(low_word(i), sine, cosine);
    return result(sine);
  }
};
struct CosineOfTurns {
  static constexpr const char* kName = "cosine of turns";
  static constexpr std::uint64_t kRecorded = 0x67758CE3FBA6EFF3U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    float sine, cosine;
    math::sincos_turns(low_word(i), sine, cosine);
    return result(cosine);
  }
};
struct LogOfNormal {
  static constexpr const char* kName = "log of normal numbers";
  static constexpr std::uint64_t kRecorded = 0x65A7D607082F5A71U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(ReproducibleMath::log(of_any_size(low_word(i), 126U)));
  }
};
struct Power {
  static constexpr const char* kName = "power";
  static constexpr std::uint64_t kRecorded = 0x45E21E53C1B871BFU;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    const BaseAndExponent x = base_and_exponent(i);
    return result(ReproducibleMath::exp(x.exponent * ReproducibleMath::log(x.base)));
  }
};
struct Relaxation {
  static constexpr const char* kName = "relaxation";
  static constexpr std::uint64_t kRecorded = 0x36E5E81F60CCCC7EU;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(ReproducibleMath::relaxation(i % 2 == 0 ? of_any_size(low_word(i), 8U) : positive(low_word(i))));
  }
};
struct SqrtOrZero {
  static constexpr const char* kName = "sqrt or 0";
  static constexpr std::uint64_t kRecorded = 0xAE1741E1670B63DDU;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(ReproducibleMath::sqrt(positive(low_word(i))));
  }
};
struct InverseSqrt {
  static constexpr const char* kName = "inverse sqrt";
  static constexpr std::uint64_t kRecorded = 0xF2A8125BCD4A02E7U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(ReproducibleMath::inverse_sqrt(of_any_size(low_word(i), 96U)));
  }
};
struct Divide {
  static constexpr const char* kName = "divide";
  static constexpr std::uint64_t kRecorded = 0x431D40DE8D398434U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    const Operands x = operands(i);
    return result(ReproducibleMath::divide(x.a, x.b));
  }
};
struct ExpDouble {
  static constexpr const char* kName = "exp FP64";
  static constexpr std::uint64_t kRecorded = 0x8975B116D242D0F5U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const { return result(math::exp(symmetric(word(i), 1024.0))); }
};
struct Expm1Double {
  static constexpr const char* kName = "expm1 FP64";
  static constexpr std::uint64_t kRecorded = 0x4477E04C5F37FA3BU;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(math::expm1(symmetric(word(i), i % 2 == 0 ? 1.0 : 1024.0)));
  }
};
struct LogDouble {
  static constexpr const char* kName = "log FP64";
  static constexpr std::uint64_t kRecorded = 0x1766FB9AC63F1FFCU;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const { return result(math::log(positive(word(i)))); }
};
struct PowDouble {
  static constexpr const char* kName = "pow FP64";
  static constexpr std::uint64_t kRecorded = 0xB3776BD5A00CA384U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(math::pow(positive(word(i)), symmetric(word(~i), i % 2 == 0 ? 2.0 : 16.0)));
  }
};
struct SqrtDouble {
  static constexpr const char* kName = "sqrt FP64";
  static constexpr std::uint64_t kRecorded = 0xF74B92CE8198D628U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const { return result(math::sqrt(positive(word(i)))); }
};
struct CosPi {
  static constexpr const char* kName = "cos_pi FP64";
  static constexpr std::uint64_t kRecorded = 0x460B20F98FBAABA4U;
  LOSSCAST_HD std::uint64_t operator()(std::uint32_t i) const {
    return result(math::cos_pi(symmetric(word(i), i % 2 == 0 ? 1.0 : 0x1p20)));
  }
};

template <class... Cases>
struct List {
  static constexpr std::size_t kSize = sizeof...(Cases);
  static constexpr const char* kNames[] = {Cases::kName...};
  static constexpr std::uint64_t kRecorded[] = {Cases::kRecorded...};
};
using AllCases =
    List<ExpFloat, Expm1Float, LogFloat, PowFloat, SqrtFloat, SineOfTurns, CosineOfTurns, LogOfNormal, Power,
         Relaxation, SqrtOrZero, InverseSqrt, Divide, ExpDouble, Expm1Double, LogDouble, PowDouble, SqrtDouble, CosPi>;

}  // namespace losscast::inline LOSSCAST_ISA::checksum
