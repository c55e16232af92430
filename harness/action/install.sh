#!/usr/bin/env bash
# Builds the command of this action's own commit, puts it on PATH for the steps that
# follow, and lets programs make the namespaces of the sandbox.
set -euo pipefail
module=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin="${RUNNER_TEMP:?}/hostproof"
mkdir -p "$bin"
(cd "$module" && CGO_ENABLED=0 go build -o "$bin" ./harness/cmd/hostproof)
echo "$bin" >>"${GITHUB_PATH:?}"
# Ubuntu's AppArmor keeps programs that are not root from making namespaces.
restricted=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
if [ -e "$restricted" ] && [ "$(cat "$restricted")" != 0 ]; then
  sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
fi
