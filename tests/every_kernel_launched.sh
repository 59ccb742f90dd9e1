#!/usr/bin/env bash
# every_kernel_launched.sh RESULTS PROGRAM...: fails, with their names, if there are CUDA kernels in the programs that no
# test has launched. RESULTS holds what the tests printed, among it a line "... launches ...: NAME" for each kernel.
set -euo pipefail
results=$1
shift

# A kernel's name is a constant of the program, as the CUDA runtime is told of it; so is a variable's, which is internal.
# CUB never launches its EmptyKernel. Names are compared as C++ writes them: in unnamed namespaces each compilation of a
# source gives others to the linker.
compiled() {
  readelf --string-dump=.rodata "$@" | grep --only-matching --extended-regexp '_Z[A-Za-z0-9_]+$' |
    grep --extended-regexp --invert-match 'EmptyKernel|^_ZN[0-9]+_INTERNAL_' | c++filt | sort --unique
}
launched() {
  sed --quiet --regexp-extended 's/^.* launches .*: (_Z[A-Za-z0-9_]+)$/\1/p' "$results" | c++filt | sort --unique
}

missing=$(comm -23 <(compiled "$@") <(launched))
echo "$(compiled "$@" | wc --lines) kernels are compiled, $(launched | wc --lines) were launched"
if [[ -n $missing ]]; then
  printf 'No test has launched:\n%s\n' "$missing"
  exit 1
fi
