#!/usr/bin/env bash
# On a machine with a GPU: builds the CUDA backend, runs the GPU tests (under compute-sanitizer too, where it is
# installed), and measures the engine on both backends. Ends with 1 if a test fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

nvidia-smi --list-gpus || { echo "there is no GPU (this script measures one) run it where nvidia-smi lists one" >&2; exit 5; }
PATH+=:/usr/local/cuda/bin
cmake --preset cuda
cmake --build --preset cuda --parallel "$(nproc)"

build=build/cuda
ctest --test-dir "$build" --label-regex '^gpu$' --output-on-failure --no-tests=error
if command -v compute-sanitizer >/dev/null; then
  compute-sanitizer --error-exitcode 1 "$build/tests/kernels/test_kernels_gpu"
else
  echo "SKIPPED: compute-sanitizer is not installed"
fi

for model in adamw power spectral; do
  for scheme in exact-moments euler; do
    for backend in cuda cpu; do
      # The CPU gets a sixteenth of the schedules: its rate does not depend on their number.
      schedules=1024
      [[ $backend == cpu ]] && schedules=64
      "$build/bin/bench_throughput" --model "$model" --scheme "$scheme" --backend "$backend" --schedules "$schedules" \
        --paths 1024 --steps 24000 --repeats 3
    done
  done
done
