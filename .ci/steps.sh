# Runs a change's steps one after another, and says at the end of the output which failed and the last they said.
# Knows nothing of what the steps are: .ci/run lists them. Sourced by bash; needs GNU's timeout and tail.

results="$(mktemp -d)"
step_names=()
step_codes=()
running=""

# step NAME COMMAND…: runs it to its end, also after others failed; a hung one is ended after 20 minutes.
# A process that a command leaves behind holds the pipe open: the output's reader is then ended three seconds after the command.
step() {
  local name="$1" started=$SECONDS at=${#step_names[@]} code=0 reader
  shift
  printf '\n=== %s: %s\n' "$name" "$*"
  mkfifo "$results/$at.pipe"
  tee "$results/$at.log" <"$results/$at.pipe" &
  reader=$!
  timeout --kill-after=30 1200 "$@" >"$results/$at.pipe" 2>&1 &
  running=$!
  step_names+=("$name")
  step_codes+=(1)
  wait "$running" || code=$?
  running=""
  timeout 3 tail --pid="$reader" --sleep-interval=0.1 --follow /dev/null
  kill "$reader" 2>/dev/null
  wait "$reader" 2>/dev/null
  step_codes[at]=$code
  if [ "$code" -eq 0 ]; then
    printf '=== %s: ok (%d s)\n' "$name" $((SECONDS - started))
  else
    printf '=== %s: FAILED with code %d (%d s)\n' "$name" "$code" $((SECONDS - started))
  fi
}

# test_step NAME COMMAND…: a step that runs vitest; finish counts its tests.
test_results=()
test_step() {
  local kept="$results/tests-${#test_results[@]}.json"
  test_results+=("$kept")
  step "$@" --reporter=default --reporter=./scripts/results-reporter.js --outputFile="$kept"
}

# finish: the last lines of each failed step, the failed tests, and `N passed, N failed`; ends with 0 where nothing failed.
finish() {
  local at code=0
  trap '' INT TERM
  for at in "${!step_names[@]}"; do
    [ "${step_codes[at]}" -eq 0 ] && continue
    code=1
    printf '\n=== %s FAILED; the last it said:\n' "${step_names[at]}"
    tail --lines=40 "$results/$at.log"
  done
  printf '\n'
  for at in "${!step_names[@]}"; do
    [ "${step_codes[at]}" -eq 0 ] || printf 'failed step: %s\n' "${step_names[at]}"
  done
  node scripts/count-tests.js "${test_results[@]}" || code=1
  rm -rf "$results"
  exit "$code"
}

# Ended from outside, it still says what was running and what had failed.
ended() {
  printf '\n=== ended from outside\n'
  [ -n "$running" ] && kill "$running" && wait "$running"
  finish
}
trap ended INT TERM
