#!/usr/bin/env bash
# Time and peak memory of whole commands as their requests grow, on examples/demo: growth_memory.sh LOSSCAST [CASE...]
# A case is sweep:CANDIDATES, race:CANDIDATES, predict:PATHS, optimize:STEPS, score or first:CANDIDATES, the last being
# the seconds until a race, and a sweep without one, say what they do. Needs GNU time (apt-get install time). A command
# that takes longer than LIMIT seconds (default 600) is ended: its memory until then counts.
set -euo pipefail
if (($# < 1)); then
  echo "usage: growth_memory.sh LOSSCAST [CASE...]" >&2
  exit 2
fi
losscast=$(realpath "$1")
shift
demo=$(dirname "$(dirname "$(realpath "$0")")")/examples/demo
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
cp "$demo"/* "$work"
cd "$work"
"$losscast" fit manifest.toml --train constant,two_stage,cosine --out fit.json >/dev/null 2>&1

schedule='{ family = "wsd", peak_lr = 3e-4, warmup_steps = 500, decay_fraction = 0.2, total_steps = 12000 }'

measure() {
  local name=$1
  shift
  /usr/bin/time --format "%e %M" --output usage timeout "${LIMIT:-600}" "$losscast" "$@" >out 2>err || true
  tail --lines 1 usage | awk -v name="$name" '{ printf "%-20s %9.2f s %9.1f MB\n", name, $1, $2 / 1000 }'
}

# Seconds until a sweep's first words; then it is ended.
first_words() {
  local began ended line program
  began=$(date +%s.%N)
  exec 3< <(exec "$losscast" sweep sweep.toml "$@" --out first 2>&1 >/dev/null)
  program=$!
  IFS= read -r line <&3 || true
  ended=$(date +%s.%N)
  kill "$program" 2>/dev/null || true
  exec 3<&-
  awk -v began="$began" -v ended="$ended" -v line="$line" 'BEGIN { printf "%9.2f s  %s\n", ended - began, line }'
}

for one in "${@:-score}"; do
  size=${one#*:}
  case $one in
  sweep:*) measure "$one" sweep sweep.toml --set "search.candidates=$size" --set paths=16 --plain --block 4 --out sweep ;;
  race:*) measure "$one" sweep sweep.toml --set 'search.method="race"' --set "search.candidates=$size" --delta 1e-3 --out race ;;
  predict:*) measure "$one" predict fit.json --schedule "$schedule" --paths "$size" --out bands.csv ;;
  optimize:*) measure "$one" optimize fit.json --steps "$size" --peak-lr 3e-4 --warmup-steps 100 --draws 9 --out lr.csv ;;
  score) measure "$one" score fit.json manifest.toml ;;
  first:*)
    first_words --set "search.candidates=$size"
    first_words --set 'search.method="race"' --set "search.candidates=$size"
    ;;
  *)
    echo "there is no case $one" >&2
    exit 2
    ;;
  esac
done
