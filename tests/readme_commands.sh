#!/usr/bin/env bash
# Runs every command of README.md's `sh` blocks, in order, in an empty folder: readme_commands.sh README PROGRAM EXAMPLES.
set -euo pipefail
readme=$1 program=$2 examples=$3

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
ln -s "$examples" examples
PATH=$(dirname "$program"):$PATH

commands=$(awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$readme")
count=$(grep -c '^losscast ' <<<"$commands")
if ((count < 5)); then
  echo "README.md has only $count losscast commands in its sh blocks" >&2
  exit 1
fi
bash -euxo pipefail <<<"$commands"

for made in fit.json bands.csv forecast.svg results/results.csv results/results.json race/report.html; do
  [[ -s $made ]] || { echo "README.md's commands did not make $made" >&2; exit 1; }
done
echo "$count commands of README.md ran"
