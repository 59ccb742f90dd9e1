#!/usr/bin/env bash
# The best schedule of each family at several horizons, by race, and their paired differences: one table a horizon.
# Usage: bench/families.sh BUILD FIT PEAK_LR STEPS [STEPS ...]     (BUILD: a build folder such as build/cpu)
# The peak may go down to a tenth of PEAK_LR, the warm-up from 2% to 10% of the steps. Results stay in families/.
set -euo pipefail
(($# >= 4)) || { sed -n '2,4p' "$0" >&2; exit 2; }
program=$(realpath "$1/bin/losscast") fit=$(realpath "$2") peak=$3
shift 3

# name, and what it searches beside peak and warm-up
families=(
  "constant|"
  "cosine|final_lr_ratio = { linear = [0.0, 0.3] }"
  "linear|final_lr_ratio = { linear = [0.0, 0.3] }"
  "wsd|shape = [\"linear\", \"sqrt\", \"cosine\"];decay_fraction = { linear = [0.05, 0.9] };final_lr_ratio = { linear = [0.0, 0.3] }"
  "two-stage|decay_fraction = { linear = [0.05, 0.9] };final_lr_ratio = { linear = [0.02, 0.5] }"
  "inverse-sqrt|"
  "polynomial|exponent = { linear = [0.5, 4.0] };final_lr_ratio = { linear = [0.0, 0.3] }"
)

mkdir -p families
for steps in "$@"; do
  folders=()
  for family in "${families[@]}"; do
    name=${family%%|*} folder=families/$steps-${family%%|*}
    {
      printf 'format = 1\nfit = "%s"\npaths = 256\n[search]\nmethod = "race"\ncandidates = 20_000\ndelta = 1e-3\n' "$fit"
      printf '[bands]\ncandidates = "none"\n[[family]]\nname = "%s"\ntotal_steps = %s\n' "$name" "$steps"
      printf 'peak_lr = { log = [%s, %s] }\n' "$(awk "BEGIN { print $peak / 10 }")" "$peak"
      printf 'warmup_steps = { integer = [%s, %s] }\n' $((steps / 50)) $((steps / 10))
      tr ';' '\n' <<<"${family#*|}"
    } >"$folder.toml"
    "$program" sweep "$folder.toml" --out "$folder" 2>"$folder.log" >/dev/null
    folders+=("$folder")
  done
  echo "== $steps steps"
  with=()
  for folder in "${folders[@]:2}"; do with+=(--with "$folder"); done
  "$program" compare "${folders[0]}" "${folders[1]}" "${with[@]}" 2>/dev/null
done
