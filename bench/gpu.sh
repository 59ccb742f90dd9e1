#!/usr/bin/env bash
# On a machine with a GPU: builds the CUDA backend, runs the GPU tests (under compute-sanitizer too), and prints each
# measured speed beside its target and its share of the bound counted from the machine code. Eight minutes on 16 cores.
# Ends with 1 if a test fails; a target that is missed is printed, not failed. What is not installed is skipped, loudly.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH+=:/usr/local/cuda/bin

nvidia-smi --list-gpus ||
  { echo "error: there is no GPU (this script measures one) run it where nvidia-smi lists one" >&2; exit 5; }
say() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }
skipped() { echo "SKIPPED: $*"; }

say "Building"
cmake --preset cuda -DLOSSCAST_TESTS=ON
cmake --build --preset cuda --parallel "$(nproc)" --target losscast_program test_kernels_gpu test_math_gpu \
  bench_elementary bench_throughput bench_growth bench_search
build=build/cuda out=build/cuda/gpu
mkdir -p "$out"

say "Tests"
"$build/tests/kernels/test_kernels_gpu"
"$build/tests/math/test_math_gpu"
if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck; do
    compute-sanitizer --tool "$tool" --error-exitcode 1 "$build/tests/kernels/test_kernels_gpu"
  done
else
  skipped "compute-sanitizer is not installed"
fi

say "Measuring"
for math in fast reproducible; do
  elementary() { "$build/bin/bench_elementary" --backend cuda --math "$math" --repeats 5 --json "$@"; }
  elementary --sde normals --paths 1000000 --steps 400000 >"$out/normals-$math.json"
  elementary --sde linear --schedules 512 --paths 16384 --steps 4000 >"$out/linear-$math.json"
  elementary --sde hill --schedules 512 --paths 16384 --steps 4000 >"$out/hill-$math.json"
  for scheme in exact-moments euler; do
    # Euler-Maruyama takes 64 times as many blocks: a tenth of the steps tells its rate.
    work=(--schedules 1000 --steps 24000)
    [[ $scheme == euler ]] && work=(--schedules 1000 --steps 2400 --block 1)
    "$build/bin/bench_throughput" --backend cuda --math "$math" --model adamw --scheme "$scheme" --draws 1024 \
      --paths 1024 "${work[@]}" --threads 0 --repeats 3 --json >"$out/adamw-$scheme-$math.json"
  done
done
sms=$(sed -n 's/.*"multiprocessors": \([0-9]*\).*/\1/p' "$out/hill-fast.json")
clock=$(nvidia-smi --id=0 --query-gpu=clocks.max.sm --format=csv,noheader,nounits | awk '{ print $1 / 1000 }')
python3 bench/roofline.py "$build" --sms "$sms" --clock "$clock" --json >"$out/bounds.json" ||
  skipped "the counted bounds (see above)"
python3 bench/gpu_report.py "$out"

say "Growth"
"$build/bin/bench_growth" --backend cuda --schedules 1000 --paths 1024 --repeats 3

say "Search"
"$build/bin/losscast" fit examples/demo/manifest.toml --train constant,two_stage,cosine --out "$out/fit.json"
"$build/bin/bench_search" --fit "$out/fit.json" --candidates 1e4,1e6 --repeats 2

say "Other systems"
if python3 -m pip download --quiet --no-deps --dest "$out" numpy >/dev/null 2>&1; then
  for math in fast reproducible; do
    bench/peers/compare.sh "$build" --device gpu --math "$math" --peers jax,cupy,diffrax --schedules 512 --budget 5 ||
      echo "a peer failed or disagreed: see above"
  done
else
  skipped "other systems: there is no package registry to install them from"
fi
say "Done"
