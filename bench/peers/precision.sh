#!/usr/bin/env bash
# Times losscast and others to an answer of known precision: precision.sh BUILD [ARGUMENT...] (--help lists them).
# BUILD holds bin/bench_demo, which answers the same question and writes the table of schedules that all peers read.
# The peers live in a virtual environment, as for compare.sh; one that is missing is skipped, and says so.
#   precision.sh build/cpu --threads 2                                              # to 1e-4 nats
#   precision.sh build/cpu --threads 2 --target 1e-2,1e-3,1e-4,1e-5 --json FILE     # for precision_picture.py
# Ends with 1 if a peer fails, misses its target, or disagrees on a mean.
set -euo pipefail
if (($# < 1)) || [[ $1 == -* ]]; then
  echo "usage: precision.sh BUILD [ARGUMENT...]" >&2
  exit 2
fi
program=$1/bin/bench_demo
shift
peers=$(dirname "$(realpath "$0")")
source "$peers/environment.sh"

need_program "$program"
python=$(python_of_peers requirements.txt)
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$peers/precision.py" "$program" "$@"
