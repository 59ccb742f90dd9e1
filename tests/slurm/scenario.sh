#!/usr/bin/env bash
# One test on a real Slurm, of its own: scenario.sh PROGRAM NAME [EXAMPLES]. Each scenario below is a function. PROGRAM is
# what stands in for losscast; for those that begin with `whole` it is losscast, and EXAMPLES the folder of its examples.
# Prints SKIPPED where Slurm's daemons are not installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1 name=$2 examples=${3:-}
PATH=$PATH:/usr/sbin

for needed in munged slurmctld slurmd sbatch srun squeue scontrol scancel; do
  if ! command -v "$needed" >/dev/null; then
    echo "SKIPPED: there is no $needed (Debian: apt-get install slurm-wlm munge)"
    exit 0
  fi
done

folder=$(mktemp --directory /tmp/losscast-slurm-XXXXXX)
chmod 755 "$folder"  # munged demands it of its socket's folder
plan=$folder/plan
events=$plan/stand_in/events

finish() {
  local code=$?
  if ((code != 0)); then
    squeue --array --states=all || true
    tail -n 40 "$plan"/logs/* "$events" 2>/dev/null || true
    tail -n 30 "$folder"/cluster/log/slurm*.log 2>/dev/null || true
  fi
  "$here/cluster.sh" down "$folder/cluster"
  rm -rf "$folder"
  exit "$code"
}
trap finish EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

start_cluster() {
  "$here/cluster.sh" up "$folder/cluster"
  eval "$("$here/cluster.sh" env "$folder/cluster")"
}

# A plan, a round each of SHARDS,ITEMS,SECONDS.
make_plan() { "$program" plan "$plan" "$@"; }

# Submits, and keeps what is printed.
submit() { submitted=$("$program" submit "$plan" "$@") || fail "submit ended with $?"; }
array_id() { sed -n 's/.*array job \([0-9]*\).*/\1/p' <<<"$submitted"; }
merge_id() { sed -n 's/.*merge job \([0-9]*\).*/\1/p' <<<"$submitted"; }

# wait_until SECONDS COMMAND...: until the command succeeds.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || fail "in vain: $*"
    sleep 0.3
  done
}

has_results() { [[ -e $plan/results ]]; }
state_of() { squeue --noheader --array --states=all --jobs="$1" --format=%T 2>/dev/null; }
is_in_state() { [[ $(state_of "$1") == "$2" ]]; }
exit_code_of() { scontrol --oneliner show job "$1" | sed 's/.* ExitCode=\([0-9]*\):.*/\1/'; }
count_events() { { [[ ! -e $events ]] || cat "$events"; } | grep --count --extended-regexp "$1" || true; }
has_events() { (($(count_events "$2") >= $1)); }
expect_events() { (($(count_events "$2") == $1)) || fail "not $1 but $(count_events "$2") times: $2"; }
expect_text() { grep --quiet --extended-regexp "$1" <<<"$2" || fail "there is no \"$1\" in: $2"; }
log_has() { grep --quiet --recursive "$1" "$plan/logs"; }

# The largest number of shards that ran at the same time, of those lines that contain $1.
most_at_once() {
  sort --key=1n "$events" | awk -v only="$1" 'index($0, only) {
    if ($2 == "begins") { ++now; if (now > most) most = now } else if ($2 == "ends" || $2 == "stops") --now
  } END { print most + 0 }'
}

# Where each shard went on must be where it had stopped.
expect_resumed() {
  sort --key=1n "$events" | awk '
    $2 == "stops" { at[$5] = $4 }
    $2 == "begins" && $4 != at[$5] + 0 { print "shard " $5 " had stopped at " at[$5] + 0 ", and went on at " $4; bad = 1 }
    END { exit bad }' >&2 || fail "work was lost or done twice"
}

scenario_array() {
  make_plan 5,3,0.2
  submit
  ! has_results || fail "submit waited for the results"
  expect_text 'shards 0-4 in 5 tasks' "$submitted"
  wait_until 60 has_results
  expect_events 5 'begins at 0'
  expect_events 5 'ends at 3'
  expect_events 1 'merges without 0'
  [[ $(find "$plan/logs" -name 'round_0_*.log' | wc --lines) == 6 ]] || fail "there is not a log of each"
  log_has "job $(array_id)_3: round 0 on localhost" || fail "the log does not say where it ran"
  expect_text 'nothing is left to do' "$("$program" submit "$plan")"
}

scenario_throttle() {
  make_plan 6,1,1.5
  submit --max-running 2
  wait_until 60 has_results
  [[ $(most_at_once '') == 2 ]] || fail "$(most_at_once '') tasks ran at the same time, not 2"
}

scenario_preemption() {
  make_plan 2,40,0.2
  submit --cpus 2
  wait_until 30 has_events 2 'begins'
  sleep 2
  local urgent
  urgent=$(sbatch --parsable --partition=urgent --cpus-per-task=4 --output=/dev/null --wrap='sleep 1')
  wait_until 30 is_in_state "$urgent" COMPLETED
  wait_until 60 has_results
  expect_events 2 'stops'
  expect_events 2 'begins at [1-9].*restart=1'
  expect_resumed
}

scenario_time_limit() {
  make_plan 1,105,0.5
  submit --time 1
  wait_until 150 has_results
  has_events 1 'stops' || fail "it was not told to stop"
  has_events 1 'begins at [1-9].*restart=1' || fail "it was not requeued"
  expect_resumed
  is_in_state "$(array_id)_0" COMPLETED || fail "it is $(state_of "$(array_id)_0")"
}

# The time limit is a minute; Slurm is told to send the signal almost at once.
scenario_no_progress() {
  make_plan 1,1,1000
  submit --time 1 --sbatch-arg=--signal=B:USR1@58
  wait_until 70 is_in_state "$(merge_id)" FAILED
  expect_events 1 'begins'
  log_has 'nothing was finished within the time limit' || fail "the log does not say why it ended"
  [[ $(exit_code_of "$(array_id)_0") == 85 ]] || fail "it ended with $(exit_code_of "$(array_id)_0")"
}

scenario_requeue() {
  make_plan 2,30,0.2
  submit
  wait_until 30 has_events 2 'begins'
  sleep 1
  scontrol requeue "$(array_id)_1"
  wait_until 60 has_results
  expect_events 1 'begins at [1-9].*restart=1'
  expect_events 3 'begins'
  expect_resumed
}

# The merge runs all the same, and finds what is missing; a second submit runs only that.
scenario_scancel() {
  make_plan 2,40,0.2
  submit
  wait_until 30 has_events 2 'begins'
  sleep 1
  scancel "$(array_id)_1"
  wait_until 60 is_in_state "$(merge_id)" FAILED
  expect_events 1 'stops'
  sleep 3
  expect_events 2 'begins'
  is_in_state "$(array_id)_1" CANCELLED || fail "it is $(state_of "$(array_id)_1")"
  log_has 'round 0 lacks shards 1 ' || fail "the log of the merge does not name the shard"
  ! has_results || fail "there are results without a shard"
  submit
  expect_text 'shards 1 in 1 tasks' "$submitted"
  wait_until 60 has_results
  expect_resumed
}

scenario_node_crash() {
  make_plan 2,40,0.2
  submit
  wait_until 30 has_events 2 'begins'
  sleep 1
  "$here/cluster.sh" crash "$folder/cluster"
  expect_events 0 'stops'
  sleep 1
  "$here/cluster.sh" node "$folder/cluster"
  wait_until 150 has_results
  expect_events 2 'begins at [1-9].*restart=1'
  expect_events 4 'begins'
}

scenario_controller_restart() {
  make_plan 4,10,0.4
  submit --max-running 2
  wait_until 30 has_events 2 'begins'
  "$here/cluster.sh" controller "$folder/cluster"
  wait_until 90 has_results
  expect_events 4 'begins at 0'
  expect_events 4 'ends'
}

scenario_failing_shard() {
  make_plan 3,2,0.2
  touch "$plan/stand_in/0.1.fails"
  submit
  wait_until 60 is_in_state "$(merge_id)" FAILED
  [[ $(exit_code_of "$(merge_id)") == 3 ]] || fail "the merge ended with $(exit_code_of "$(merge_id)")"
  [[ $(exit_code_of "$(array_id)_1") == 1 ]] || fail "the shard ended with $(exit_code_of "$(array_id)_1")"
  expect_events 3 'begins'
  expect_events 2 'ends'
  log_has 'round 0 lacks shards 1 ' || fail "the log of the merge does not name the shard"
  expect_text '2 of 3 shards done' "$("$program" status "$plan")"
  rm "$plan/stand_in/0.1.fails"
  submit
  wait_until 60 has_results
  expect_events 4 'begins'
}

# A task that never ran.
scenario_missing_shard() {
  make_plan 3,5,0.3
  submit --max-running 1
  wait_until 30 has_events 1 'begins'
  scancel "$(array_id)_2"
  wait_until 60 is_in_state "$(merge_id)" FAILED
  expect_events 1 'merges without 1'
  ! has_results || fail "there are results without a shard"
  log_has 'round 0 lacks shards 2 ' || fail "the log of the merge does not name the shard"
}

scenario_gpus() {
  make_plan 5,4,0.3
  submit --gpus 1
  wait_until 60 has_results
  [[ $(most_at_once '') == 2 ]] || fail "$(most_at_once '') tasks had a GPU at the same time"
  local gpu
  for gpu in 0 1; do
    [[ $(most_at_once "gpu=$gpu") == 1 ]] || fail "$(most_at_once "gpu=$gpu") tasks shared GPU $gpu"
  done
}

# Nobody but the merges submits the later rounds, with the same settings.
scenario_rounds() {
  make_plan 2,1,0.1 3,1,0.1 1,1,0.1
  submit --sbatch-arg=--nice=7 --max-running 2 --time 7
  wait_until 120 has_results
  expect_events 6 'ends at 1'
  expect_events 3 'merges without 0'
  expect_events 1 'begins at 0 2.0'
  grep --quiet -- '--nice=7' "$plan/slurm/round_2_shards.sh" || fail "an argument of sbatch is forgotten"
  grep --quiet -- '--time=0:07:00' "$plan/slurm/round_2_merge.sh" || fail "the time limit is forgotten"
}

# Indices that Slurm does not take.
scenario_large_indices() {
  make_plan 10,1,0.1
  submit
  expect_text 'shards 0-9 in 4 tasks' "$submitted"
  wait_until 60 has_results
  expect_events 10 'ends at 1'
}

scenario_second_submit() {
  make_plan 2,100,0.2
  submit
  local code=0 said
  said=$("$program" submit "$plan" 2>&1) || code=$?
  [[ $code == 3 ]] || fail "the second submit ended with $code"
  expect_text 'in the queue already' "$said"
  [[ $(squeue --noheader --array | wc --lines) == 3 ]] || fail "there are more jobs than before"
  submit --again
  [[ $(squeue --noheader --array | wc --lines) == 6 ]] || fail "--again submits nothing"
}

# A merge that waits is work that is under way.
scenario_waiting_merge() {
  make_plan 2,1,0.1
  submit
  scontrol hold "$(merge_id)"
  wait_until 60 has_events 2 'ends'
  wait_until 20 is_in_state "$(array_id)_1" COMPLETED
  local code=0 said
  said=$("$program" submit "$plan" 2>&1) || code=$?
  [[ $code == 3 ]] || fail "the second submit ended with $code"
  expect_text "1 job of this plan is in the queue already: $(merge_id) " "$said"
  expect_text 'next: nothing' "$("$program" status "$plan")"
  expect_text '"next": "wait"' "$("$program" status "$plan" --json)"
  scontrol release "$(merge_id)"
  wait_until 60 has_results
}

# Slurm's controller is away: what to do is said, nothing is submitted, and afterwards it works.
scenario_no_controller() {
  make_plan 2,1,0.1
  expect_text 'next: .losscast submit' "$("$program" status "$plan")"
  kill -KILL "$(cat "$folder/cluster/run/slurmctld.pid")"
  local code=0 said
  said=$("$program" submit "$plan" 2>&1) || code=$?
  [[ $code == 1 ]] || fail "without a controller it ends with $code: $said"
  expect_text 'Try again later, or without Slurm run .losscast shard DIR --index I' "$said"
  code=0
  said=$("$program" submit "$plan" --again 2>&1) || code=$?
  [[ $code == 1 ]] || fail "with --again and without a controller it ends with $code: $said"
  expect_text 'Slurm does not answer sbatch .*Try again later, or run .losscast shard DIR --index I' "$said"
  expect_text 'next: try again later' "$("$program" status "$plan" 2>/dev/null)"
  "$here/cluster.sh" controller "$folder/cluster"
  submit
  wait_until 60 has_results
}

# A shard that another process holds, as after a node is lost: its task waits, and finds it done.
scenario_held_shard() {
  make_plan 2,20,0.3
  "$program" shard "$plan" --index 0 &
  wait_until 10 has_events 1 'begins'
  submit
  wait_until 90 has_results
  expect_events 2 'begins'
  log_has 'shard 0 is held by another process' || fail "the log does not say what it waits for"
}

# Words that can be pasted into a shell, and no files.
scenario_dry_run() {
  make_plan 2,1,0.1
  submit --dry-run --partition "it's one" --gpus 1
  expect_text '^#SBATCH --gres=gpu:1' "$submitted"
  expect_text "^sbatch .*'--partition=it'.''s one' .*round_0_shards.sh" "$submitted"
  expect_text '^sbatch .*--dependency=afterany:ARRAY .*round_0_merge.sh' "$submitted"
  [[ $(ls "$plan") == stand_in ]] || fail "there are files of it"
  [[ -z $(squeue --noheader) ]] || fail "something was submitted"
  local code=0
  "$program" submit "$plan" --sbatch-arg=--qos=none --account none --partition none 2>"$folder/said" || code=$?
  [[ $code == 2 ]] || fail "what Slurm refuses ends with $code"
  expect_text 'sbatch refused a job .*invalid partition' "$(cat "$folder/said")"
}

scenario_strange_folder() {
  plan=$folder/"it's \"a\" \$(date) %x; & plan"
  events=$plan/stand_in/events
  make_plan 2,1,0.1 1,1,0.1
  submit
  wait_until 60 has_results
  log_has 'shard 1: exit code 0' || fail "the logs are elsewhere"
}

scenario_status() {
  make_plan 2,30,0.2 1,1,0.1
  submit --max-running 1
  wait_until 30 has_events 1 'begins'
  sleep 1
  local said
  said=$("$program" status "$plan")
  expect_text 'shard 0 +[0-9]+ of 30 items +running on localhost \(job' "$said"
  expect_text 'shard 1 +0 of 30 items +pending: JobArrayTaskLimit' "$said"
  expect_text 'merge: pending: Dependency' "$said"
  expect_text 'next: nothing, as jobs of this plan are in the queue' "$said"
  scontrol requeue "$(array_id)_0"
  wait_until 30 has_events 1 'restart=1'
  expect_text 'requeued 1 time' "$("$program" status "$plan")"
  expect_text '"restarts": 1' "$("$program" status "$plan" --json)"
  ! grep --quiet running <<<"$("$program" status "$plan" --files)" || fail "--files asks the queue"
  said=$(PATH=/nowhere "$program" status "$plan")
  expect_text 'shard 0 +[0-9]+ of 30 items$' "$said"
  expect_text 'next: .losscast shard .* for I of [-01]+, or .losscast submit' "$said"
  local code=0
  said=$(PATH=/nowhere "$program" submit "$plan" 2>&1) || code=$?
  [[ $code == 2 ]] || fail "without sbatch it ends with $code"
  expect_text 'no sbatch.*shard DIR --index I' "$said"
}

# losscast itself: the sweep has the same results as on this machine alone, though tasks are started anew.
scenario_whole_sweep() {
  cp "$examples"/demo/* "$folder"
  cd "$folder"
  "$program" fit manifest.toml --model power --out fit.json >said 2>&1 || fail "$(cat said)"
  "$program" plan sweep.toml --set paths=2048 --shards 5 --out plan >said 2>&1 || fail "$(cat said)"
  submit --max-running 3
  wait_until 30 is_in_state "$(array_id)_1" RUNNING
  sleep 1
  scontrol requeue "$(array_id)_1" || true  # if it still runs
  "$program" sweep sweep.toml --set paths=2048 --out alone >said 2>&1 || fail "$(cat said)"
  wait_until 120 is_in_state "$(merge_id)" COMPLETED
  cmp plan/results.csv alone/results.csv || fail "the results differ"
  expect_text 'the results are in' "$("$program" status "$plan")"
}

[[ $(type -t "scenario_$name") == function ]] || fail "there is no scenario $name"
[[ $name != large_indices ]] || export LOSSCAST_SLURM_MAX_ARRAY_SIZE=4
[[ $name != no_controller ]] || export LOSSCAST_SLURM_PATIENCE=3  # several commands wait in vain
start_cluster
"scenario_$name"
echo "$name: passed"
