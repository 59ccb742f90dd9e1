#!/usr/bin/env bash
# What no everyday test of the CUDA code takes time for: all tests labelled gpu in an emulator of a GPU (CONTRIBUTING.md)
# with each rounding of the approximate instructions, and a GPU that fails under `--backend auto`.
#   bench/gpu_emulated.sh BUILD      a build folder that was configured with CUDA
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${1:?"usage: bench/gpu_emulated.sh BUILD"}
emulator=${LOSSCAST_GPU_EMULATOR:-../shared/gpu_emulator}
if [[ ! -x $emulator/run.sh ]]; then
  echo "There is no GPU emulator in $emulator: let LOSSCAST_GPU_EMULATOR name its folder" >&2
  exit 2
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

say() { printf '\n== %s\n' "$*"; }

emulated() { "$emulator/run.sh" . "$build" --jobs "$(nproc)" --parallel "$(nproc)" "$@"; }

predict() {  # NAME BACKEND: a forecast in $out/NAME, and its warnings in $out/NAME.err
  mkdir -p "$out/$1"
  "$build/gpu_emulator/bin/losscast" predict "$out/fit.json" --paths 64 --block 64 --times 5 --backend "$2" \
    --out "$out/$1/bands.csv" --schedule '{ family = "cosine", peak_lr = 3e-4, warmup_steps = 50, total_steps = 1000 }' \
    >"$out/$1.out" 2>"$out/$1.err"
}

expect() {  # WHAT COMMAND...
  local what=$1
  shift
  if "$@"; then echo "ok: $what"; else echo "FAILED: $what" && failures=$((failures + 1)); fi
}

failures=0
for rounding in nearest random upper lower; do
  say "Approximate instructions rounded: $rounding"
  expect "$rounding" emulated --approx "$rounding"
done

say "A GPU that fails"
emulated --program losscast --no-tests
"$build/gpu_emulator/bin/losscast" fit examples/demo/manifest.toml --train constant,two_stage,cosine --out "$out/fit.json"
predict cpu cpu
predict works auto
for variable in GPU_EMULATOR_LAUNCHES_FAIL=1 GPU_EMULATOR_FAILING_ALLOCATION={1,3,7}; do
  export "${variable?}"
  expect "$variable leaves the work to the CPU" predict failed auto
  expect "$variable: the same bytes" cmp "$out/cpu/bands.csv" "$out/failed/bands.csv"
  expect "$variable: one warning" test "$(grep --count 'the CPU does the work' "$out/failed.err")" = 1
  status=0
  predict refused cuda || status=$?
  expect "$variable: exit code 5 under --backend cuda" test "$status" = 5
  unset "${variable%%=*}"
done
expect "a GPU that works: the same bytes" cmp "$out/cpu/bands.csv" "$out/works/bands.csv"
expect "a GPU that works: no warning" test "$(grep --count 'the CPU does the work' "$out/works.err")" = 0
exit "$((failures > 0))"
