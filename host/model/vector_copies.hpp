// One function, compiled for each width of vectors.
#pragma once

// The compiler makes a copy for each of these instruction sets and chooses one when the program starts; `flatten` keeps
// every inlined function inside its copy. A sanitizer is not yet alive when that choice is made.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define LOSSCAST_VECTOR_COPIES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), flatten, optimize("O3")))
#else
#define LOSSCAST_VECTOR_COPIES
#endif
