#!/usr/bin/env bash
# Runs a program on each host, adds each result to the job's summary, and fails if there
# is a problem on any.
set -uo pipefail
read -ra hosts <<<"${HOSTPROOF_HOSTS:?name at least one host}"
: "${HOSTPROOF_COMMAND:?name the program}"
eval "flags=(${HOSTPROOF_FLAGS:-})"
eval "command=($HOSTPROOF_COMMAND)"
failed=()
worst=0
for host in "${hosts[@]}"; do
  echo "::group::hostproof on $host"
  code=0
  hostproof run --host "$host" --summary "${GITHUB_STEP_SUMMARY:-/dev/null}" ${flags[@]+"${flags[@]}"} -- "${command[@]}" || code=$?
  echo "::endgroup::"
  [ "$code" = 0 ] || failed+=("$host")
  [ "$code" -le "$worst" ] || worst=$code
done
if [ "$worst" -gt 0 ]; then
  echo "::error title=hostproof::there is a problem on ${failed[*]}: see the summary of the job"
fi
exit "$worst"
