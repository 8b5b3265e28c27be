#!/usr/bin/env bash
# shellcheck disable=SC2154  # `run` and `image` are set by who sources this
# The sandbox's containers: sourced by run.sh and by the tests, so that what is tested is what runs.
# They need `run`, the name of this run, and `image`, ours. A sidecar is PID 1 of its container, hence no --init.
# All that files may fill is less than the memory, so that the sidecar outlives a command which fills them.
# Neither has a token, a mount of the runner or the Docker socket; only setup has a network.

volumes() {  # the engine's sockets, and what setup has made
  local label=(--label "homeostat=$run") memory=(--opt type=tmpfs --opt device=tmpfs)
  docker volume create "${label[@]}" "${memory[@]}" \
    --opt o=size=1m,uid=10001,gid=10001,mode=0755,nosuid,nodev,noexec "$run-socket" >/dev/null
  docker volume create "${label[@]}" "${memory[@]}" \
    --opt "o=size=${HOMEOSTAT_PREPARED_SIZE:-2500m},nr_inodes=1m,uid=10002,gid=10002,mode=0700,nosuid,nodev" "$run-prepared" >/dev/null
}

sidecar() {  # sidecar ROLE IMAGE NETWORK: start the sandbox for `setup` or for `tests`; prints its container
  local role=$1 own=(--tmpfs "/work:rw,exec,nosuid,nodev,size=${HOMEOSTAT_WORK_SIZE:-2500m},nr_inodes=${HOMEOSTAT_WORK_INODES:-1m},uid=10002,gid=10002,mode=0700"
    --mount "type=volume,source=$run-prepared,target=/prepared,readonly,volume-nocopy")
  [ "$role" != setup ] || own=(--mount "type=volume,source=$run-prepared,target=/work,volume-nocopy")
  if [ "$2" != "$image" ]; then
    kit || return
    own+=(--mount "type=volume,source=$run-kit,target=/opt/homeostat-sandbox,readonly,volume-nocopy")
  fi
  docker run --detach --label "homeostat=$run" --name "$run-$role" --hostname sandbox --network "$3" --log-driver none \
    --user 10002:10002 --cap-drop ALL --security-opt no-new-privileges --read-only --workdir / \
    --memory "${HOMEOSTAT_SANDBOX_MEMORY:-4g}" --memory-swap "${HOMEOSTAT_SANDBOX_MEMORY:-4g}" --pids-limit 512 \
    --ulimit core=0 --shm-size 128m \
    --tmpfs "/tmp:rw,exec,nosuid,nodev,size=${HOMEOSTAT_TMP_SIZE:-512m},nr_inodes=128k,mode=1777" --tmpfs /var/tmp:rw,nosuid,nodev,size=16m,nr_inodes=4k,mode=1777 \
    --mount "type=volume,source=$run-socket,target=/run/homeostat,readonly,volume-nocopy" "${own[@]}" \
    --entrypoint /opt/homeostat-sandbox/lib/ld.so "$2" --library-path /opt/homeostat-sandbox/lib \
    /opt/homeostat-sandbox/bin/python3 -I -S -m homeostat.edges.sandbox.sidecar "$role"
}

kit() {  # fill the kit's volume from our image: Docker does so for a container that is made with it
  local filler
  docker volume create --label "homeostat=$run" "$run-kit" >/dev/null &&
    filler=$(docker create --label "homeostat=$run" --mount "type=volume,source=$run-kit,target=/opt/homeostat-sandbox" "$image") &&
    docker rm "$filler" >/dev/null
}
