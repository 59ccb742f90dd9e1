#!/usr/bin/env bash
# usage: round_trips.sh PROGRAM
# Exports schedules with PROGRAM, runs what it has written in the frameworks themselves, and compares every update. They
# live in a virtual environment, $LOSSCAST_PEERS_VENV or build/peers-venv; one that is missing is skipped, and says so.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
peers=$here/../../bench/peers
source "$peers/environment.sh"
python=$(python_of_peers ../../tests/frameworks/requirements.txt) || python=${LOSSCAST_PEERS_VENV:-$peers/../../build/peers-venv}/bin/python
exec "$python" "$here/round_trips.py" "$1"
