#!/usr/bin/env bash
# usage: frameworks.sh PRINT_RATES: runs frameworks.py with the frameworks that frameworks_requirements.txt names, and
# DeepSpeed and Megatron-LM, which ask for more than their schedulers need. They go into $LOSSCAST_FRAMEWORKS_VENV, or
# build/frameworks-venv.
set -euo pipefail
peers=$(cd "$(dirname "$0")" && pwd)
project=$peers/../..
LOSSCAST_PEERS_VENV=${LOSSCAST_FRAMEWORKS_VENV:-$project/build/frameworks-venv}
source "$project/bench/peers/environment.sh"
python=$(python_of_peers frameworks_requirements.txt)
DS_BUILD_OPS=0 "$python" -m pip install --quiet --no-build-isolation --no-deps \
  deepspeed==0.16.2 megatron-core==0.16.1 >&2
"$python" "$peers/frameworks.py" "$1" "$project/docs/schedules.md"
