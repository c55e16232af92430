#!/usr/bin/env bash
# Runs a program on each host, adds each result to the job's summary, shows findings at
# the program's lines, keeps each result in a folder, and fails if there is a problem on
# any host.
set -uo pipefail
read -ra hosts <<<"${HOSTPROOF_HOSTS:?name at least one host}"
: "${HOSTPROOF_COMMAND:?name the program}"
eval "flags=(${HOSTPROOF_FLAGS:-})"
eval "command=($HOSTPROOF_COMMAND)"
results="${RUNNER_TEMP:?}/hostproof-results"
mkdir -p "$results"
failed=()
worst=0
for host in "${hosts[@]}"; do
  echo "::group::hostproof on $host"
  code=0
  hostproof run --host "$host" --summary "${GITHUB_STEP_SUMMARY:-/dev/null}" --annotate github \
    --junit "$results/$host.xml" --sarif "$results/$host.sarif" ${flags[@]+"${flags[@]}"} -- "${command[@]}" || code=$?
  echo "::endgroup::"
  [ "$code" = 0 ] || failed+=("$host")
  [ "$code" -le "$worst" ] || worst=$code
done
echo "results=$results" >>"${GITHUB_OUTPUT:-/dev/null}"
if [ "$worst" -gt 0 ]; then
  echo "::error title=hostproof::there is a problem on ${failed[*]}: see the summary of the job"
fi
exit "$worst"
