#!/usr/bin/env bash
# usage: round_trips.sh PROGRAM
# Exports schedules with PROGRAM, runs what it has written in the frameworks themselves, and compares every update. They
# live in the environment of tests/schedule/frameworks.sh: $LOSSCAST_FRAMEWORKS_VENV, or build/frameworks-venv. One that
# cannot be installed is skipped, and says so.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
peers=$here/../schedule
export LOSSCAST_PEERS_VENV=${LOSSCAST_FRAMEWORKS_VENV:-$here/../../build/frameworks-venv}
source "$here/../../bench/peers/environment.sh"
python=$LOSSCAST_PEERS_VENV/bin/python
python_of_peers frameworks_requirements.txt >&2 || echo "warning: not all frameworks could be installed" >&2
DS_BUILD_OPS=0 "$python" -m pip install --quiet --no-build-isolation --no-deps \
  deepspeed==0.16.2 megatron-core==0.16.1 >&2 || echo "warning: DeepSpeed or Megatron could not be installed" >&2
exec "$python" "$here/round_trips.py" "$1"
