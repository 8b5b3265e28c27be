#!/usr/bin/env bash
# A stand-in for an official Python image: Debian bookworm with this machine's own Python 3.12 in /usr/local.
# usage: base-image.sh IMAGE WORK_FOLDER      as root on Debian; needs Docker
set -euo pipefail
image=$1 work=$2 root=$2/root
libraries=ca-certificates,libbz2-1.0,libexpat1,libffi8,liblzma5,libncursesw6,libreadline8,libsqlite3-0,libssl3,libuuid1,netbase,tzdata,zlib1g

python_prefix() {  # of the first Python 3.12 that runs: on PATH, or one that pyenv keeps
  local found
  for found in python3.12 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.12.*/bin/python; do
    "$found" -c 'import sys; print(sys.base_prefix); sys.exit(sys.version_info[:2] != (3, 12))' 2>/dev/null && return
  done
  echo "A stand-in for $image needs a Python 3.12 on this machine: install one, or run where the image can be pulled." >&2
  return 1
}

[ "$(id -u)" = 0 ] || { echo "Only root can make a stand-in for $image: pull or load that image instead." >&2; exit 1; }
prefix=$(python_prefix)
if ! command -v debootstrap >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends debootstrap
fi
rm -rf "$root"
mkdir -p "$work"
debootstrap --variant=minbase --include="$libraries" bookworm "$root" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,locale,man}/*
tar -C "$prefix" -c --exclude=test --exclude=__pycache__ --exclude='*.a' --exclude='site-packages/*' . | tar -C "$root/usr/local" -x
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt" # package registries may need this machine's
chroot "$root" sh -c 'ldconfig && python3 -m ensurepip >/dev/null && cd /usr/local/bin && ln -sf pip3 pip && ln -sf python3 python'
chroot "$root" python -c 'import bz2, ctypes, lzma, sqlite3, ssl, zlib'
tar -C "$root" -c . | docker import --change 'CMD ["python3"]' --change 'ENV LANG=C.UTF-8' \
  --change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' --change 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' - "$image"
rm -rf "$root"
