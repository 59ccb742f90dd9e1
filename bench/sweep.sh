#!/usr/bin/env bash
# Times the sweep of many schedules x 1,024 paths x 24,000 steps: sweep.sh LOSSCAST FOLDER CANDIDATES [FLAG...]
# LOSSCAST is the program, FOLDER holds the curves of one size and runs.csv, FLAGs go to `losscast sweep`.
set -euo pipefail
if (($# < 3)); then
  echo "usage: sweep.sh LOSSCAST FOLDER CANDIDATES [FLAG...]" >&2
  exit 2
fi
losscast=$(realpath "$1") folder=$2 candidates=$3
bench=$(dirname "$(realpath "$0")")
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT

"$bench/multipowerlaw_manifest.sh" "$folder" >"$work/manifest.toml"
"$losscast" fit "$work/manifest.toml" --model adamw --train cosine_24000,constant_24000,wsdcon_9 --out "$work/fit.json" >/dev/null
cat >"$work/sweep.toml" <<EOT
format = 1
fit = "fit.json"
seed = 1
paths = 1024
[search]
method = "sobol"
candidates = $candidates
[[family]]
name = "wsd"
peak_lr = 3e-4
decay_fraction = { linear = [0.05, 0.9] }
final_lr_ratio = { linear = [0.0, 0.3] }
warmup_steps = 2160
total_steps = 24_000
EOT
cd "$work"
"$losscast" sweep sweep.toml --out results "${@:4}"
