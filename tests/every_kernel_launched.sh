#!/usr/bin/env bash
# every_kernel_launched.sh RESULTS PROGRAM...: fails, with their names, if there are CUDA kernels in the programs that no
# test has launched. RESULTS holds what the tests printed, among it a line "... launches ...: NAME" for each kernel.
set -euo pipefail
results=$1
shift

# A kernel's name is a constant of the program, as the CUDA runtime is told of it; so is a variable's, which is internal.
# CUB never launches its EmptyKernel.
compiled() {
  readelf --string-dump=.rodata "$@" | sed --quiet --regexp-extended 's/^ *\[ *[0-9a-f]+\]  (_Z[A-Za-z0-9_]+)$/\1/p' |
    grep --extended-regexp --invert-match 'EmptyKernel|^_ZN[0-9]+_INTERNAL_' | sort --unique
}
launched() { sed --quiet --regexp-extended 's/^.* launches .*: (_Z[A-Za-z0-9_]+)$/\1/p' "$results" | sort --unique; }

missing=$(comm -23 <(compiled "$@") <(launched))
echo "$(compiled "$@" | wc --lines) kernels are compiled, $(launched | wc --lines) were launched"
if [[ -n $missing ]]; then
  echo "No test has launched:"
  c++filt <<<"$missing"
  exit 1
fi
