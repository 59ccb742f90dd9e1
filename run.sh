#!/usr/bin/env bash
# Builds losscast on a fresh Debian or Ubuntu and runs its demo or its tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

debian_packages=(g++ cmake ninja-build git ca-certificates libcxxopts-dev libtomlplusplus-dev
                 nlohmann-json3-dev libfmt-dev libeigen3-dev libceres-dev libmuparser-dev
                 libnlopt-cxx-dev libprotobuf-dev protobuf-compiler)
conda_packages=(cxx-compiler cmake ninja git cxxopts tomlplusplus nlohmann_json fmt eigen ceres-solver muparser nlopt
                libprotobuf)
spack_packages=(gcc cmake ninja git cxxopts tomlplusplus nlohmann-json fmt eigen ceres-solver muparser nlopt protobuf)

# Some tests want these, and are skipped without them.
optional_packages=()

usage() {
  cat >&2 <<'END'
usage: ./run.sh demo|test [--preset NAME]
  demo    build the program alone (build/run/bin/losscast), then fit, score, predict, sweep and report on examples/demo
          with it; results in build/demo. CUDA is used if nvcc and a GPU are found.
  test    build everything, then run every test but those labelled slow or peers (and gpu, where there is no GPU).
          CUDA is compiled if nvcc is found.
  --preset NAME   configure with this preset of CMakePresets.json, in build/NAME (default: Release, in build/run for the
          demo and build/test for the tests)
Both first install what is missing with apt-get, for the tests also a Slurm if that needs no password. For Debian 12,
Ubuntu 24.04 and newer.
LOSSCAST_DATA names the folder of public training curves; without it the tests on them are skipped.
LOSSCAST_GPU_EMULATOR names the folder of a GPU emulator, which runs the tests labelled gpu where there is no GPU; without
it they are skipped.
END
  exit 2
}

say() { printf '\n== %s\n' "$*"; }

has_gpu() { nvidia-smi --list-gpus 2>/dev/null | grep --quiet '^GPU'; }

missing_packages() {
  local package
  for package; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

# Runs a command with the rights of root; fails if they cannot be had.
as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    command -v sudo >/dev/null && sudo "$@"
  fi
}

# A package that cannot be installed is no failure yet: conda or Spack may provide what it holds, as configure() finds.
install_missing() {
  local missing
  command -v apt-get >/dev/null || return 0
  mapfile -t missing < <(missing_packages "${debian_packages[@]}")
  ((${#missing[@]})) || return 0
  say "Installing ${missing[*]}"
  as_root apt-get update --quiet=2 &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" ||
    echo "They could not be installed; trying without them." >&2
}

# Never asks for a password.
install_optional() {
  local missing as_root=()
  command -v apt-get >/dev/null || return 0
  mapfile -t missing < <(missing_packages "${optional_packages[@]}")
  ((${#missing[@]})) || return 0
  ((EUID == 0)) || as_root=(sudo --non-interactive)
  say "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update --quiet=2 &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends \
      "${missing[@]}" || echo "They could not be installed; some tests are skipped." >&2
}

# The daemons are in a folder that is not on every user's PATH.
has_slurm() {
  local program
  for program in munged slurmctld slurmd sbatch; do
    PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || return
  done
}

say_what_to_install() {
  cat >&2 <<END

losscast could not be configured: see above for what is wrong. It needs a C++20 compiler, CMake 3.25 or newer, Ninja and
some libraries. If one of them is missing, install them in one of these ways and run this again:
  Debian, Ubuntu   apt-get install ${debian_packages[*]}
  conda-forge      conda install -c conda-forge ${conda_packages[*]}
  Spack            spack install ${spack_packages[*]}
                   spack load ${spack_packages[*]}
END
}

# The demo compiles neither tests nor benchmarks, and CUDA only where there is a GPU. A preset says itself what it wants.
builds_tests() { [[ $action == test || -n $preset ]]; }
compiles_cuda() { builds_tests || has_gpu; }

configure() {
  local options=(-G Ninja -DCMAKE_BUILD_TYPE=Release -DLOSSCAST_UNITY=ON)
  if [[ -n $preset ]]; then
    options=(--preset "$preset")
  elif ! builds_tests; then
    options+=(-DLOSSCAST_TESTS=OFF -DLOSSCAST_BENCH=OFF "-DLOSSCAST_CUDA=$(compiles_cuda && echo AUTO || echo OFF)")
  fi
  # NVIDIA's packages put nvcc into a folder that is not on PATH.
  command -v nvcc >/dev/null || PATH+=:/usr/local/cuda/bin
  if compiles_cuda && command -v nvcc >/dev/null; then
    options+=("-DCMAKE_CUDA_COMPILER=$(command -v nvcc)")
  fi
  say "Configuring in $build"
  cmake -S . -B "$build" "${options[@]}"
}

# compile TARGET
compile() {
  say "Building with all cores ($(nproc))"
  cmake --build "$build" --parallel "$(nproc)" --target "$1"
}

count_tests_labelled() { ctest --test-dir "$build" --show-only --label-regex "^$1\$" | sed -n 's/^Total Tests: *//p'; }

is_built_with_cuda() { grep --quiet '^CMAKE_CUDA_COMPILER:[A-Z]*=/' "$build/CMakeCache.txt"; }

# Runs the tests labelled gpu in the emulator, as if the GPU were a small one and a large one. All kernels must be launched.
run_tests_on_emulated_gpu() {
  local emulated=$build/gpu_emulator
  say "Testing on an emulated GPU"
  rm -f "$emulated/tests.xml"
  GPU_EMULATOR_REPORT=all "$LOSSCAST_GPU_EMULATOR/run.sh" . "$build" --jobs "$(nproc)" --parallel "$(nproc)" \
    --test-output-size-passed 1000000 || return
  tests/every_kernel_launched.sh "$emulated/tests.xml" "$emulated"/bin/test_*_gpu
}

run_tests() {
  local excluded='slow|peers' notes='' status=0 emulated=0
  if ! has_gpu; then
    excluded+='|gpu'
    if [[ -z ${LOSSCAST_GPU_EMULATOR:-} ]]; then
      notes+="SKIPPED: $(count_tests_labelled gpu) tests labelled gpu (this machine has no GPU)"$'\n'
    elif ! is_built_with_cuda; then
      notes+="SKIPPED: $(count_tests_labelled gpu) tests labelled gpu (there is no nvcc)"$'\n'
    else
      emulated=1
    fi
  fi
  if [[ -z ${LOSSCAST_DATA:-} ]]; then
    notes+="SKIPPED: tests on public training curves (LOSSCAST_DATA, the folder that holds them, is not set)"$'\n'
  fi
  if ! has_slurm; then
    notes+="SKIPPED: $(count_tests_labelled slurm) tests labelled slurm (Debian's slurm-wlm and munge are not installed)"$'\n'
  fi
  say "Testing"
  # One more at once than there are cores: of the tests labelled slurm one runs at a time, and mostly waits.
  ctest --test-dir "$build" --parallel "$(($(nproc) + 1))" --label-exclude "^($excluded)\$" --no-tests=error \
    --output-on-failure --output-junit "$PWD/$build/tests.xml" || status=$?
  if ((emulated)); then
    run_tests_on_emulated_gpu || status=$?
  fi
  printf '%s' "$notes"
  return "$status"
}

# Shows a call of the program, as it can be pasted into a shell, and makes it.
show_and_run() {
  local argument
  printf '\n$ losscast'
  for argument; do
    [[ $argument == *' '* ]] && printf " '%s'" "$argument" || printf ' %s' "$argument"
  done
  printf '\n'
  "$program" "$@"
}

run_demo() {
  local program=$PWD/$build/bin/losscast
  mkdir -p build/demo
  cp examples/demo/* build/demo
  cd build/demo
  say "Fit the SDE adamw to three training curves (synthetic: see README.md)"
  show_and_run fit manifest.toml --model adamw --train constant,two_stage,cosine --out fit.json
  say "Score the fit on two curves that it has not seen"
  show_and_run score fit.json manifest.toml --curves wsd_linear,wsd_sqrt
  say "Predict the loss under a new schedule, with bands over time"
  show_and_run predict fit.json --out bands.csv --plot forecast.svg --schedule \
    '{ family = "wsd", peak_lr = 3e-4, warmup_steps = 500, total_steps = 12000, decay_fraction = 0.3 }'
  say "Sweep: rank many schedules by the final loss that they lead to"
  show_and_run sweep sweep.toml --out .
  say "Report: the answer as a page to be read in a browser"
  show_and_run report .
  say "The results are in build/demo: fit.json, bands.csv, forecast.svg, results.csv, results.json, bands.npy, report.html"
  echo "The program is $program."
}

main() {
  local action=${1:-} preset='' build=build/run
  [[ $action == demo || $action == test ]] || usage
  [[ $action == demo ]] || build=build/test
  if [[ ${2:-} == --preset && -n ${3:-} && $# == 3 ]]; then
    preset=$3
    build=build/$preset
  elif (($# > 1)); then
    usage
  fi
  if builds_tests; then
    debian_packages+=(libgtest-dev doxygen)
    conda_packages+=(gtest doxygen)
    spack_packages+=(googletest doxygen)
    optional_packages+=(slurm-wlm munge)
  fi

  install_missing
  install_optional
  if ! configure; then
    say_what_to_install
    exit 2
  fi
  if [[ $action == demo ]]; then
    compile losscast_program
    run_demo
  else
    compile all
    run_tests
  fi
}

main "$@"
