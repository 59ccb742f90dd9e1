#include "jobs/slurm_bash.hpp"

namespace losscast {

constexpr std::string_view kShardsByPlace = R"bash(
# The shards at this task's places of the list.
all=()
IFS=, read -ra ranges <<<"$list"
for range in "${ranges[@]}"; do
  for ((shard = ${range%-*}; shard <= ${range#*-}; ++shard)); do
    all+=("$shard")
  done
done
shards=("${all[@]:SLURM_ARRAY_TASK_ID * shards_a_task:shards_a_task}")
)bash";

constexpr std::string_view kJobFunctions = R"bash(
set -u
job=$SLURM_JOB_ID
if [[ -n ${SLURM_ARRAY_JOB_ID:-} ]]; then
  job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
fi

say() { printf '%(%F %T)T job %s: %s\n' -1 "$job" "$*"; }

# Before the time is up Slurm sends USR1 to this shell alone, which hands it on to the program. TERM, before a preemption
# or a cancellation, comes to the program by itself. Either makes it save what it has, and exit with 85.
told=0
interrupted=0
out_of_time=0
on_usr1() {
  told=1
  interrupted=1
  out_of_time=1
  scancel --signal=USR1 "$job"
}
on_term() {
  told=1
  interrupted=1
}
trap on_usr1 USR1
trap on_term TERM

# Runs the program as a step of the job, and returns its exit code. A signal interrupts `wait`, so it is called until none
# came; then it returns the exit code again.
run() {
  local code step
  if ((told)); then
    return 85
  fi
  srun --mpi=none --ntasks=1 --cpus-per-task="$cpus" --kill-on-bad-exit=0 "$program" "$@" &
  step=$!
  while :; do
    interrupted=0
    wait "$step"
    code=$?
    ((interrupted)) || break
  done
  # A signal that comes before the program has begun to listen ends it.
  if ((told)) && [[ $code == 13[08] || $code == 143 ]]; then
    code=85
  fi
  return "$code"
}

# What the queue calls this job. The controller may be away for a while.
state() {
  local attempt
  for attempt in 1 2 3 4 5; do
    squeue --noheader --jobs="$job" --format=%T 2>/dev/null && return
    sleep "$attempt"
  done
}

# Puts the job back into the queue, to go on from what is saved. Not if it is being cancelled, as it would come back; and
# not if all its time was not enough to finish anything, as it would come back for ever. $1, $2: how far the work was at
# the beginning, and is now.
requeue() {
  local restarts=${SLURM_RESTART_COUNT:-0} called
  ((2 * SECONDS < max_seconds)) || out_of_time=1
  called=$(state)
  if [[ $called != RUNNING ]]; then
    say "saved; not requeued, as the queue calls it ${called:-nothing}"
  elif ((out_of_time)) && [[ $1 == "$2" ]]; then
    say "saved; not requeued, as nothing was finished within the time limit: submit again with a longer --time"
  elif ((restarts >= requeues)); then
    say "saved; not requeued, as it has been restarted $restarts times: submit again, perhaps with more --requeues"
  else
    say "saved; requeued"
    scontrol requeue "$job" && sleep 120  # Slurm ends this script
  fi
}

say "round $round on ${SLURMD_NODENAME:-$HOSTNAME}, restart ${SLURM_RESTART_COUNT:-0}"
)bash";

constexpr std::string_view kArrayBody = R"bash(
progress() { "$program" status "$plan" --files "${shards[@]/#/--index=}"; }

# Another process may hold the shard: that of a node which Slurm has given up, and which may come back. It is waited for.
run_shard() {
  local code=3 attempt left
  for ((attempt = 0; attempt < 15 && code == 3; ++attempt)); do
    if ((attempt > 0)); then
      say "shard $1 is held by another process: waiting"
      sleep 20 &
      wait $!
    fi
    left=$((max_seconds - SECONDS))
    if ((left <= 0)); then
      return 85
    fi
    run shard "$plan" --index "$1" --threads "$cpus" --max-seconds "$left"
    code=$?
  done
  return "$code"
}

before=$(progress)
result=0
for shard in "${shards[@]}"; do
  run_shard "$shard"
  code=$?
  say "shard $shard: exit code $code"
  if ((code == 85)); then
    requeue "$before" "$(progress)"
    exit 85
  fi
  ((code == 0)) || result=$code
done
exit "$result"
)bash";

constexpr std::string_view kMergeBody = R"bash(
progress() { "$program" status "$plan" --files; }

before=$(progress)
run merge "$plan"
code=$?
say "merge: exit code $code"
if ((code == 85)); then
  requeue "$before" "$(progress)"
elif ((code == 3)); then
  # Either a shard has failed, or the next round is open: then its shards are submitted.
  if command -v sbatch >/dev/null; then
    "$program" submit "$plan" --after-round "$round" "${submit[@]}"
    code=$?
  else
    say "there is no sbatch on this node: see 'losscast status', and call 'losscast submit' where there is one"
  fi
fi
exit "$code"
)bash";

}  // namespace losscast
