/// \file
/// Elementary functions that give the same bits on every machine.
///
/// They are made of IEEE 754 operations only (+, -, *, /, fused multiply-add, square root, integers and bits), without
/// branches or tables, so that loops over them vectorise. Two conditions on whoever compiles them, which the build
/// sets for this project: no contraction of a * b + c behind the source's back (`-ffp-contract=off`, nvcc
/// `--fmad=false`), and a floating-point environment that rounds to nearest and keeps denormals. Signs and payloads of
/// NaN are not part of the promise.
#pragma once

#include "losscast/math/exp.hpp"
#include "losscast/math/log.hpp"
#include "losscast/math/pow.hpp"
#include "losscast/math/trigonometry.hpp"
