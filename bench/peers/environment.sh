# The Python of the peers, with what the files of requirements ask for: $LOSSCAST_PEERS_VENV, or build/peers-venv.
# Sourced by scripts that have set $peers, this folder: python=$(python_of_peers FILE...)
python_of_peers() {
  local venv=${LOSSCAST_PEERS_VENV:-$peers/../../build/peers-venv} file
  local requirements=()
  for file; do requirements+=(-r "$peers/$file"); done
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv" >&2
  "$venv/bin/python" -m pip install --quiet "${requirements[@]}" >&2
  echo "$venv/bin/python"
}

need_program() {
  if [[ ! -x $1 ]]; then
    echo "error: there is no $1 (every ratio needs it) build the target ${1##*/}" >&2
    exit 2
  fi
}
