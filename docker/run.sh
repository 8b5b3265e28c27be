#!/usr/bin/env bash
# shellcheck disable=SC2329  # traps call `stop` and `clean`
# What the action runs: starts Homeostat's containers, hands files in and out, leaves nothing behind.
# Files travel by `docker cp`, never by mounts: any owner of the workspace will do, and a Docker on another machine.
set -Eeuo pipefail
exec 3>&1 2>&1  # one stream, so that the runner reads all lines in our order; 3 is the log where 1 is taken

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=docker/sidecar.sh
. "$here/sidecar.sh"
run=homeostat-$(date +%s)-$$-$RANDOM
work="" engine="" muted="" code=0
plain=(HOMEOSTAT_ENV LEARNING_ENABLED APPLY_MODE CONFIDENCE_THRESHOLD MAX_DIFF_LINES MAX_FILES MAX_RUN_COST
  MAX_FINGERPRINT_COST MAX_RUN_MINUTES MAX_CALLS MAX_COMMENTS MAX_REQUESTS HOMEOSTAT_DISABLED
  HOMEOSTAT_MODELS DEEPSEEK_BASE_URL OPENAI_BASE_URL HOMEOSTAT_DEBUG GITHUB_ACTIONS GITHUB_API_URL GITHUB_SERVER_URL GITHUB_REPOSITORY GITHUB_RUN_ID GITHUB_RUN_ATTEMPT
  HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy)
secret=(GITHUB_TOKEN HOMEOSTAT_STATE_TOKEN DEEPSEEK_API_KEY OPENAI_API_KEY)

main() {
  local command=${HOMEOSTAT_COMMAND:-heal}
  [[ $command =~ ^(heal|matrix|dashboard|validate|report)$ ]] ||
    fail 2 "There is no command '$command': give heal, matrix, dashboard, validate or report."
  [ "${HOMEOSTAT_DRY_RUN:-}" != false ] || HOMEOSTAT_DRY_RUN=off  # how YAML may read a bare off
  require_docker
  prune
  prepare
  choose_image
  mute
  case $command in
    heal) heal_all ;;
    matrix) ask matrix --config "$config" ;;
    dashboard) keep_dashboard ;;
    validate) ask validate "$config" ;;
    report) report ;;
  esac
}

require_docker() {
  [ "$(uname -s)" = Linux ] ||
    fail 1 "Homeostat runs on Linux, and this runner is $(uname -s): choose a Linux runner, such as runs-on: ubuntu-latest."
  command -v docker >/dev/null ||
    fail 1 "Homeostat needs Docker, and this runner has no docker command: choose a runner with Docker, such as runs-on: ubuntu-latest."
  docker version >/dev/null 2>&1 ||
    fail 1 "Docker does not answer on this runner: start its daemon, and let the runner's user reach it (group docker, or DOCKER_HOST)."
}

quietly() {  # a command that is heard only when it fails
  local told failed=0
  told=$("$@" 2>&1) || failed=$?
  [ "$failed" -eq 0 ] || printf '%s\n' "$told"
  return "$failed"
}

prune() {  # what a killed run left behind: never what still runs, never what is younger than a day
  local yesterday=$(($(date +%s) - 86400))
  docker container prune --force --filter label=homeostat --filter until=24h >/dev/null || true
  docker volume ls --quiet --filter label=homeostat --filter dangling=true |
    awk -F- -v yesterday="$yesterday" '$2 < yesterday' | xargs --no-run-if-empty docker volume rm >/dev/null || true
}

prepare() {  # names, the folder that travels, and the environment; secrets by name only
  local name
  export GITHUB_API_URL=${HOMEOSTAT_API_URL:-${GITHUB_API_URL:-}}
  export GITHUB_SERVER_URL=${HOMEOSTAT_SERVER_URL:-${GITHUB_SERVER_URL:-}}
  config=${HOMEOSTAT_CONFIG:-.homeostat/repos.yml} reports=${HOMEOSTAT_REPORTS:-reports}
  work=$(mktemp --directory "${RUNNER_TEMP:-/tmp}/homeostat-XXXXXX")
  shared=$work/shared
  mkdir -p "$shared/reports"
  inside=("$shared")
  [ ! -f "$config" ] || inside+=("$(absolute "$config")")
  [ ! -f "${HOMEOSTAT_MODELS:-}" ] || inside+=("$(absolute "$HOMEOSTAT_MODELS")")
  [ ! -d "$reports" ] || [ "${HOMEOSTAT_COMMAND:-}" != report ] || inside+=("$(absolute "$reports")")
  environment=(--env RUNNER_TEMP="$shared")
  for name in GITHUB_OUTPUT GITHUB_STEP_SUMMARY; do
    ! travels "$name" || environment+=(--env "$name=$shared/$name")
  done
  for name in "${plain[@]}"; do
    [ -z "${!name:-}" ] || environment+=(--env "$name")
  done
}

absolute() {
  realpath --canonicalize-missing --no-symlinks -- "$1"
}

travels() {  # whether the runner gave this file; then the engine gets an empty one to append to
  [ -n "${!1:-}" ] && [ -f "${!1}" ] && : >"$shared/$1"
}

choose_image() {
  image=${HOMEOSTAT_IMAGE:-}
  if [ -z "$image" ]; then
    build
  elif ! docker image inspect "$image" >/dev/null 2>&1; then
    docker pull --quiet "$image" ||
      fail 1 "The image $image cannot be pulled: check that this runner reaches its registry, then run again."
  fi
}

build() {  # from the action's own checkout; the same content is built once
  local content
  content=$(cd -- "$here/.." && tar --create --sort=name --mtime=@0 --owner=0 --group=0 --exclude=__pycache__ \
    Dockerfile .dockerignore docker entrypoint.py homeostat requirements.runtime.lock schema | sha256sum)
  image=homeostat:${content:0:16}
  if ! docker image inspect "$image" >/dev/null 2>&1; then
    echo "::group::Build $image"
    docker build --tag "$image" "$here/.." ||
      fail 1 "The image cannot be built from this checkout of the action: the log says why; or use a release."
    echo "::endgroup::"
  fi
}

heal_all() {  # each repository, also after one that failed; `code` becomes that of the first failure
  local slug slugs worst=0
  read -r -d '' -a slugs <<<"${HOMEOSTAT_REPO:-${GITHUB_REPOSITORY:-}}" || true
  [ "${#slugs[@]}" -gt 0 ] || fail 2 "There is no repository to heal: give repo as owner/name."
  for slug in "${slugs[@]}"; do
    heal "$slug"
    [ "$worst" -ne 0 ] || worst=$code
    sweep
  done
  code=$worst
  [ "$code" -eq 0 ] || output_failed
}

keep_dashboard() {  # the tokens and the network, and nothing of a sandbox
  local flags=() words=(--config "$config")
  given GITHUB_TOKEN HOMEOSTAT_STATE_TOKEN
  [ "${HOMEOSTAT_DRY_RUN:-off}" = off ] || words+=(--dry-run)
  create --network "${HOMEOSTAT_DOCKER_NETWORK:-bridge}" "${flags[@]}" "$image" dashboard "${words[@]}"
  quietly docker start "$engine"
  follow
}

given() {  # given NAME…: those that are set go into `flags`
  local name
  for name in "$@"; do
    [ -z "${!name:-}" ] || flags+=(--env "$name")
  done
}

heal() {  # heal OWNER/NAME; a dry run that only plans needs no sandbox
  local dry_run=${HOMEOSTAT_DRY_RUN:-off} flags=() sandbox=()
  given "${secret[@]}"
  if [ "$dry_run" != plan ]; then
    ask sandbox --repo "$1" --config "$config" >"$work/sandbox"
    [ "$code" -eq 0 ] || return 0
    mapfile -t sandbox <"$work/sandbox"
    volumes
    flags+=(--env HOMEOSTAT_SANDBOX=/run/homeostat --volume "$run-socket:/run/homeostat")
  fi
  create --network "${HOMEOSTAT_DOCKER_NETWORK:-bridge}" "${flags[@]}" "$image" \
    heal --repo "$1" --config "$config" --dry-run "$dry_run" --report-dir "$shared/reports"
  quietly docker start "$engine"
  [ "$dry_run" = plan ] || sidecars "${sandbox[0]:-$image}" "${sandbox[1]:-none}" || return 0
  follow
}

sidecars() {  # sidecars IMAGE NETWORK; while the engine begins
  quietly sidecar setup "$1" bridge && quietly sidecar tests "$1" "$2" && return
  code=1
  complain "The sandbox cannot be started from $1: the log above says why; check test_image in the configuration."
  mute
  return 1
}

report() {  # a table of the run's legs; or one page of all runs, which is handed out
  if [ -z "${HOMEOSTAT_HTML:-}" ]; then
    ask report "$reports" --expected "${HOMEOSTAT_EXPECTED:-}"
    return
  fi
  [ -d "$reports" ] || fail 2 "There is no folder '$reports': check out the branch homeostat-state into it."
  ask report --html "$shared/report.html" --ledger "$reports"
  [ "$code" -ne 0 ] || { mkdir -p -- "$(dirname -- "$HOMEOSTAT_HTML")" && cp -- "$shared/report.html" "$HOMEOSTAT_HTML"; }
}

ask() {  # one command of the engine that needs neither token nor network
  create --network none "$image" "$@"
  quietly docker start "$engine"
  follow
}

create() {  # create FLAG… IMAGE ARGUMENT…: the engine, with what it reads and our folder inside
  engine=$(docker create --init --label "homeostat=$run" --workdir "$PWD" --cap-drop ALL --security-opt no-new-privileges \
    --pids-limit 512 --memory 2g --log-driver json-file --log-opt max-size=20m "${environment[@]}" "$@")
  # at the same paths, whoever owns them here: 10001 is the engine's user
  tar --create --dereference --owner=10001 --group=10001 --mode=u+rwX --directory=/ -- "${inside[@]#/}" |
    quietly docker cp - "$engine:/"
}

follow() {  # wait for the engine and take what it wrote; its exit code is `code`
  docker logs --follow "$engine" & # unlike `start --attach` it forwards no signal: that is for `stop`
  wait $!
  docker wait "$engine" >"$work/code" &
  wait $!
  code=$(<"$work/code")
  quietly docker cp "$engine:$shared/." "$shared"
  append GITHUB_OUTPUT
  append GITHUB_STEP_SUMMARY
  if [ "$code" -ne 0 ]; then
    complain "Exit code $code. $(docker logs "$engine" 2>&1 >/dev/null | tail -n 1)"
    mute
  fi
}

append() {  # what the engine wrote for the runner; then the next leg gets an empty file
  [ ! -s "$shared/$1" ] || cat -- "$shared/$1" >>"${!1}"
  travels "$1" || true
}

mute() {  # until `unmute` the runner takes nothing in the log for a command, whoever wrote it
  muted=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "::stop-commands::$muted" >&3
}

unmute() {
  [ -z "$muted" ] || echo "::$muted::" >&3
  muted=""
}

fail() {  # fail CODE SENTENCE
  complain "$2"
  output_failed
  exit "$1"
}

output_failed() {  # the last word on `status`, whatever repositories before have written
  [ ! -f "${GITHUB_OUTPUT:-}" ] || echo status=failed >>"$GITHUB_OUTPUT"
}

complain() {  # one annotation; a log command ends with its line, so the sentence cannot hold another one
  local sentence=${1//'%'/%25}
  unmute
  printf '::error title=Homeostat::%s\n' "${sentence//[$'\r\n']/%0A}" >&3
}

stop() {  # stop SIGNAL CODE: the engine gets it too, and some seconds to end
  trap '' INT TERM HUP
  [ -z "$engine" ] || { docker kill --signal "$1" "$engine" && timeout 5 docker wait "$engine"; } >/dev/null 2>&1 || true
  fail "$2" "Stopped by SIG$1. Nothing is half done: the next run goes on from here."
}

sweep() {  # all containers and volumes of this run
  docker ps --all --quiet --filter "label=homeostat=$run" | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
  docker volume ls --quiet --filter "label=homeostat=$run" | xargs --no-run-if-empty docker volume rm >/dev/null
  engine=""
}

clean() {  # only reports stay, if there are any
  trap '' INT TERM HUP
  if [ -n "$work" ]; then
    sweep || true
    find "$work" -maxdepth 2 -type f -delete
    rmdir -- "$work/shared/reports" "$work/shared" "$work" 2>/dev/null || true
  fi
  unmute || true
}

trap clean EXIT
trap 'fail 1 "Docker or this runner failed at: $BASH_COMMAND. The log above may say why; run again."' ERR
trap '' PIPE  # a log that nobody reads any more fails like everything else, and is cleaned up after
trap 'stop HUP 129' HUP
trap 'stop INT 130' INT
trap 'stop TERM 143' TERM
main
exit "$code"
