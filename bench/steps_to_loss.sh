#!/usr/bin/env bash
# The fewest steps to a loss beside reality: a fit of three curves of at most 24,000 steps is asked after how many steps
# a cosine comes to the loss that the public run of 72,000 steps had at its end.
# Usage: bench/steps_to_loss.sh BUILD [SIZE ...]     (BUILD: a build folder such as build/cpu; LOSSCAST_DATA is set)
set -euo pipefail
(($# >= 1)) || { sed -n '2,4p' "$0" >&2; exit 2; }
here=$(dirname "$0") program=$(realpath "$1/bin/losscast")
shift
(($#)) || set -- 25M 100M

mkdir -p steps_to_loss
for size in "$@"; do
  curves=$LOSSCAST_DATA/multipowerlaw/$size at=steps_to_loss/$size
  "$here/multipowerlaw_manifest.sh" "$curves" >"$at.toml"
  "$program" fit "$at.toml" --model adamw --train cosine_24000,constant_24000,wsdcon_9 --out "$at.json" >/dev/null 2>&1
  loss=$(tail -n 5 "$curves/cosine_72000.csv" | awk -F, '{ sum += $3 } END { print sum / NR }')
  cat >"$at-sweep.toml" <<END
format = 1
fit = "$size.json"
objective = { steps_to_loss = $loss }
[search]
method = "race"
points = "grid"
delta = 1e-3
horizons = [24_000, 216_000]
[[family]]
name = "cosine"
peak_lr = [3e-4]
final_lr = 3e-5
warmup_steps = 2160
END
  "$program" sweep "$at-sweep.toml" --out "$at" 2>/dev/null |
    sed -n "s/^ *the fewest steps to a loss of [^:]*:/$size: 72000 steps came to $loss; for that the fit takes/p"
done
