#!/usr/bin/env bash
# Prints a manifest of the public 124M runs: lr_scheduling_manifest.sh FOLDER (that holds runs.csv and curves/). Each of
# its columns is an argument of the schedule. RUN_cut is the constant run RUN until step 15,000.
set -euo pipefail
folder=$(realpath "${1:?usage: lr_scheduling_manifest.sh FOLDER}")
cat <<'EOT'
format = 1
[defaults]
optimizer = "adamw"
weight_decay = 0.1
initial_rms = 0.02
EOT
awk -F, -v folder="$folder" '
function entry(name) {
  printf "\n[[curve]]\nname = \"%s\"\nfile = \"%s/curves/%s.val.csv\"\n", name, folder, $1
  printf "schedule = { family = \"%s\", peak_lr = %s, warmup_steps = %s, warmup_shape = \"%s\"", $4, $6, $8, $9
  printf ", warmup_start_lr = %s, total_steps = %s%s }\n", $10, $12, extra
}
NR > 1 {
  extra = $4 == "constant" ? "" : ", final_lr = " $7
  if ($4 == "wsd") extra = extra ", shape = \"" $5 "\", decay_start = " $11
  entry($1)
  if ($4 == "constant") { entry($1 "_cut"); print "steps_below = 15_000" }
}' "$folder/runs.csv"
