#!/usr/bin/env bash
# Prints a manifest of the nine public curves of one size: multipowerlaw_manifest.sh FOLDER (that holds runs.csv).
set -euo pipefail
folder=$(realpath "${1:?usage: multipowerlaw_manifest.sh FOLDER}")
cat <<'EOT'
format = 1
[defaults]
optimizer = "adamw"
weight_decay = 0.1
initial_rms = 0.02
EOT
awk -F, -v folder="$folder" 'NR > 1 {
  family = $2; extra = ""
  if (family == "cosine") extra = ", final_lr = " $7
  if (family == "two-stage") extra = ", decay_start = " $5 ", final_lr = " $7
  if (family == "wsd-exponential" || family == "wsd-linear") {
    extra = ", shape = \"" substr(family, 5) "\", decay_start = " $5 ", final_lr = " $7; family = "wsd"
  }
  printf "\n[[curve]]\nname = \"%s\"\nfile = \"%s/%s.csv\"\n", $1, folder, $1
  printf "schedule = { family = \"%s\", peak_lr = %s, warmup_steps = %s, total_steps = %s%s }\n", family, $6, $4, $3, extra
}' "$folder/runs.csv"
