#!/usr/bin/env bash
# Installs losscast, and builds and runs examples/library with it: install_and_use.sh SOURCE BUILD SCRATCH COMPILER.
set -euo pipefail
source=$1 build=$2 scratch=$3 compiler=$4
prefix=$scratch/prefix

fail() { echo "$*" >&2; exit 1; }

# The public headers may include one another and the standard library's, all of them together, and nothing else.
check_headers() {
  local foreign
  foreign=$(grep --recursive --extended-regexp '^ *# *include' "$prefix/include" |
            grep --invert-match --extended-regexp '"losscast/[a-z_/]+\.hpp"|<([a-z_]+|immintrin\.h)>' || true)
  [[ -z $foreign ]] || fail "Public headers include what is not theirs:"$'\n'"$foreign"
  (cd "$prefix/include" && find losscast -name '*.hpp' | sed 's/.*/#include "&"/') >"$scratch/all_headers.cpp"
  (($(wc -l <"$scratch/all_headers.cpp") > 50)) || fail "Hardly any header was installed"
  "$compiler" -std=c++20 -fsyntax-only -I "$prefix/include" "$scratch/all_headers.cpp"
}

rm -rf "$scratch"
mkdir -p "$scratch"
cmake --install "$build" --prefix "$prefix" >"$scratch/install.log"
check_headers

cmake -S "$source/examples/library" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS='-Wall -Wextra -Werror'
cmake --build "$scratch/build"

# The program and the library forecast the same loss.
"$prefix/bin/losscast" fit "$source/examples/demo/manifest.toml" --train constant,two_stage,cosine \
  --out "$scratch/fit.json" >"$scratch/fit.log"
"$scratch/build/when_to_decay" "$scratch/fit.json" | tee "$scratch/forecasts"
(($(grep --count '^decay_fraction' "$scratch/forecasts") == 5)) || fail "The example did not forecast five schedules"
"$prefix/bin/losscast" predict "$scratch/fit.json" --times 1 --paths 1024 --schedule \
  '{ family = "wsd", peak_lr = 3e-4, warmup_steps = 500, total_steps = 12000, decay_fraction = 0.3 }' |
  tee "$scratch/prediction"
of_library=$(sed -n 's/^decay_fraction 0.3: loss \([0-9.]*\),.*/\1/p' "$scratch/forecasts")
of_program=$(sed -n 's/^loss after.*: mean \([0-9.]*\) .*/\1/p' "$scratch/prediction")
[[ -n $of_library && $of_library == "$of_program" ]] ||
  fail "The library forecasts ${of_library:-nothing}, the program ${of_program:-nothing}"
