# Shared by the scripts beside it: where things are, how a step is shown, how a failure is said.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset PYTHONHOME PYTHONPATH
export PYTHONNOUSERSITE=1 RASA_TELEMETRY_ENABLED=false

var=${CLINIC_VAR:-var}
log=$var/log/set-up.log
python=.venv/bin/python
# Ctrl-C also reaches the step in front; when that has ended, so does the script.
trap 'echo; exit 130' INT

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

# step "What happens" command...: one line, a dot every two seconds, the seconds it took.
# What the command says goes to $log; a failure gives back its status.
step() {
  local started=$SECONDS status=0
  printf '%s ' "$1"
  shift
  show_dots &
  dots=$!
  trap 'kill "$dots" 2>/dev/null || true' EXIT
  "$@" >>"$log" 2>&1 || status=$?
  kill "$dots" 2>/dev/null || true
  wait "$dots" 2>/dev/null || true
  trap - EXIT
  printf ' %s s\n' $((SECONDS - started))
  return "$status"
}

show_dots() {
  trap 'kill $! 2>/dev/null; exit' TERM
  while :; do
    sleep 2 &
    wait $!
    printf .
  done
}
