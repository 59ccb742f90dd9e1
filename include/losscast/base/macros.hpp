/// \file
/// Marks that let one source of the numerics serve the host, each CPU instruction set, and the GPU.
#pragma once

/// Functions that run on host and device. Plain C++ outside nvcc.
#if defined(__CUDACC__)
#define LOSSCAST_HD __host__ __device__
#else
#define LOSSCAST_HD
#endif

/// Every inline numeric function lives in an inline namespace named after the instruction set that its translation
/// unit is compiled for. Without it the linker would keep one copy of each function for the whole program, perhaps
/// the AVX-512 one, and the generic path would die on an older CPU.
#ifndef LOSSCAST_ISA
#define LOSSCAST_ISA generic
#endif

/// Stands before a loop over the parts of a tile: on the device they are registers, which have no index at run time.
#if defined(__CUDA_ARCH__)
#define LOSSCAST_UNROLL _Pragma("unroll")
#else
#define LOSSCAST_UNROLL
#endif

/// Stands before a loop that the device keeps as a loop: its body is long enough, and code that fits the instruction
/// cache is worth more than what unrolling saves.
#if defined(__CUDA_ARCH__)
#define LOSSCAST_KEEP_LOOP _Pragma("unroll 1")
#else
#define LOSSCAST_KEEP_LOOP
#endif
