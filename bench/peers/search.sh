#!/usr/bin/env bash
# Searches spaces of schedules with losscast's race and with Optuna, in equal wall time: search.sh BUILD --fit FIT
# [ARGUMENT...] (--help lists them).
# BUILD holds bin/losscast, and bin/bench_search_objective, which gives Optuna the same engine. Optuna lives in a virtual
# environment, as the peers of compare.sh do.
# Ends with 1 if a search fails.
set -euo pipefail
if (($# < 1)) || [[ $1 == -* ]]; then
  echo "usage: search.sh BUILD --fit FIT [ARGUMENT...]" >&2
  exit 2
fi
build=$1
shift
peers=$(dirname "$(realpath "$0")")
source "$peers/environment.sh"

need_program "$build/bin/losscast"
need_program "$build/bin/bench_search_objective"
python=$(python_of_peers requirements.txt)
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$peers/search.py" "$build/bin" "$@"
