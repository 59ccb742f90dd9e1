#!/usr/bin/env bash
# Compares losscast with other systems on an elementary SDE: compare.sh BUILD [ARGUMENT...] (--help lists them).
# Each peer is measured in two styles: plain, as its documentation would have it, and tuned, as fast as it goes.
# BUILD holds bin/bench_elementary. The peers live in a virtual environment: $LOSSCAST_PEERS_VENV, or build/peers-venv.
# Needs Python 3.11 or newer with its headers, and a C++ compiler: torch.compile does. PIP_EXTRA_INDEX_URL set to
# PyTorch's index of CPU wheels saves gigabytes where there is no GPU.
# Ends with 1 if a peer fails or a mean disagrees; a peer without its GPU is skipped, and says so.
set -euo pipefail
if (($# < 1)) || [[ $1 == -* ]]; then
  echo "usage: compare.sh BUILD [ARGUMENT...]" >&2
  exit 2
fi
program=$1/bin/bench_elementary
shift
peers=$(dirname "$(realpath "$0")")
source "$peers/environment.sh"

need_program "$program"
requirements=(requirements.txt)
[[ " $* " =~ --device[\ =]gpu ]] && requirements+=(requirements-gpu.txt)
python=$(python_of_peers "${requirements[@]}")
export PYTHONDONTWRITEBYTECODE=1
exec "$python" "$peers/compare.py" "$program" "$@"
