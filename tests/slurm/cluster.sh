#!/usr/bin/env bash
# A Slurm cluster of one node on this machine, for tests. Everything is in one folder: configuration, keys, state, logs.
#   cluster.sh up DIR          starts munged, slurmctld and slurmd, and waits until the node is idle
#   cluster.sh env DIR         prints the line of shell that makes sbatch, squeue and the like talk to it
#   cluster.sh crash DIR       ends slurmd and everything that runs in jobs at once, as a loss of power does
#   cluster.sh node DIR        starts slurmd anew
#   cluster.sh controller DIR  ends slurmctld and starts it anew
#   cluster.sh down DIR        ends the jobs and the three daemons; the folder stays
# It needs Debian's slurm-wlm and munge, and neither root nor systemd, cgroups or a database. As an ordinary user it runs
# that user's jobs only. Several clusters can be up at once. LOSSCAST_SLURM_CPUS is how many cores the node has (4),
# LOSSCAST_SLURM_PATIENCE for how many seconds commands wait for the controller (10).
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

fail() {
  printf 'cluster.sh: %s\n' "$*" >&2
  exit 1
}

# The number in a file that a daemon has written, if that process runs.
running() {
  local pid
  pid=$(cat "$dir/run/$1.pid" 2>/dev/null) && [[ -n $pid && -d /proc/$pid ]] && [[ $(state_of "$pid") != Z ]] && echo "$pid"
}

state_of() { sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null; }

# Ends a daemon, by force if it does not end by itself within ten seconds.
stop() {
  local pid
  pid=$(running "$1") || return 0
  kill "$pid" 2>/dev/null || return 0
  for ((tries = 0; tries < 100; ++tries)); do
    running "$1" >/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

# The processes of jobs, which Slurm tells where the configuration is, and the slurmstepd above each.
processes_of_jobs() {
  local folder parent
  for folder in /proc/[0-9]*; do
    is_of_job "$folder" || continue
    echo "${folder#/proc/}"
    parent=$(sed -n 's/^PPid:\s*//p' "$folder/status" 2>/dev/null) || continue
    [[ $(cat "/proc/$parent/comm" 2>/dev/null) != slurmstepd ]] || echo "$parent"
  done | sort --unique
}

is_of_job() {
  grep --quiet --null-data --line-regexp --fixed-strings "SLURM_CONF=$SLURM_CONF" "$1/environ" 2>/dev/null &&
    grep --quiet --null-data '^SLURM_JOB_ID=' "$1/environ" 2>/dev/null
}

free_port() {
  local port
  for ((tries = 0; tries < 100; ++tries)); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  return 1
}

# Two GPUs that are none: devices that Slurm shares out, and nobody opens.
make_gpus() {
  local gpu
  for gpu in 0 1; do
    [[ -e $dir/dev/gpu$gpu ]] || mknod -m 666 "$dir/dev/gpu$gpu" c 1 3 2>/dev/null || : >"$dir/dev/gpu$gpu"
  done
  # The flag makes Slurm set CUDA_VISIBLE_DEVICES.
  echo "NodeName=localhost Name=gpu File=$dir/dev/gpu[0-1] Flags=nvidia_gpu_env" >"$dir/gres.conf"
}

# cred_expire: else a requeued job waits two minutes. Two partitions: jobs of `urgent` end those of `usual`, which have ten
# seconds to save what they have. config_overrides: the node may claim cores that the machine does not have.
write_configuration() {
  local user
  user=$(id -un)
  cat >"$SLURM_CONF" <<END
ClusterName=losscast_test
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
CredType=cred/munge
MessageTimeout=${LOSSCAST_SLURM_PATIENCE:-10}
AuthInfo=socket=$dir/run/munge.socket,cred_expire=5
SlurmctldPort=$1
SlurmdPort=$2
SlurmdParameters=config_overrides
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.log
SwitchType=switch/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
KillWait=5
MinJobAge=3600
MaxArraySize=${LOSSCAST_SLURM_MAX_ARRAY_SIZE:-1001}
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=5
GresTypes=gpu
NodeName=localhost NodeAddr=127.0.0.1 NodeHostname=localhost CPUs=$cpus RealMemory=1000 Gres=gpu:2 State=UNKNOWN
PartitionName=usual  Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE GraceTime=10
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
END
}

# A daemon whose port has been taken meanwhile ends at once: true if it is still there a moment later.
stays_up() {
  for ((tries = 0; tries < 20; ++tries)); do
    running "$1" >/dev/null && break
    sleep 0.1
  done
  sleep 0.2
  running "$1" >/dev/null
}

start_controller() {
  slurmctld "$@" -f "$SLURM_CONF" 2>>"$dir/log/started.log" && stays_up slurmctld
}

start_node() {
  slurmd -N localhost -f "$SLURM_CONF" 2>>"$dir/log/started.log" && stays_up slurmd
}

wait_for_node() {
  for ((tries = 0; tries < 150; ++tries)); do
    [[ $(sinfo --noheader --format=%T 2>/dev/null | sort -u) =~ ^(idle|mixed|allocated)$ ]] && return
    sleep 0.2
  done
  tail -n 20 "$dir"/log/*.log >&2
  fail "the node is not up: $(sinfo --noheader --format='%T %E' 2>&1)"
}

start_munge() {
  (umask 077 && head -c 128 /dev/urandom >"$dir/munge/key")
  munged --key-file="$dir/munge/key" --socket="$dir/run/munge.socket" --pid-file="$dir/run/munged.pid" \
    --log-file="$dir/munge/munged.log" --seed-file="$dir/munge/seed" --num-threads=2
}

up() {
  local attempt
  mkdir -p "$dir"/{state,spool,log,run,munge,dev}
  chmod 755 "$dir" "$dir/run"
  chmod 700 "$dir/munge"
  start_munge
  make_gpus
  for attempt in 1 2 3 4 5; do
    write_configuration "$(free_port)" "$(free_port)"
    if start_controller -c && start_node; then
      wait_for_node
      return
    fi
    echo "attempt $attempt failed" >>"$dir/log/started.log"
    stop slurmd
    stop slurmctld
  done
  cat "$dir/log/started.log" >&2
  fail "the daemons do not start"
}

crash() {
  local pid pids
  pid=$(running slurmd) && kill -KILL "$pid"
  mapfile -t pids < <(processes_of_jobs)
  ((${#pids[@]} == 0)) || kill -KILL "${pids[@]}" 2>/dev/null || true
}

down() {
  stop slurmctld
  crash
  stop munged
}

[[ $# == 2 ]] || fail "usage: cluster.sh up|env|crash|node|controller|down DIR"
dir=$(realpath --canonicalize-missing "$2")
cpus=${LOSSCAST_SLURM_CPUS:-4}
export SLURM_CONF=$dir/slurm.conf
case $1 in
  up) up ;;
  env) printf 'export SLURM_CONF=%q\n' "$SLURM_CONF" ;;
  crash) crash ;;
  node) start_node && wait_for_node ;;
  controller) stop slurmctld && start_controller && wait_for_node ;;
  down) down ;;
  *) fail "there is no $1: up, env, crash, node, controller or down" ;;
esac
