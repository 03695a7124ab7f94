# One image for every process: `mithaq serve | worker | beat | migrate`. Only what the lock files name is downloaded.
# `make image-digests` prints the digests of the base images on a machine that reaches a registry.
FROM node:22.23.4-bookworm-slim AS editor
WORKDIR /src
COPY service/web/editor ./editor
COPY service/web/static ./static
RUN cd editor && npm ci --omit=dev && node build.mjs ../static/built

# Not slim: it has the program strip.
FROM python:3.13.16-bookworm AS build
WORKDIR /src
COPY requirements-build.lock ./
RUN pip download --no-cache-dir --require-hashes --only-binary=:all: --dest build-wheels -r requirements-build.lock
COPY requirements.lock ./
RUN python -m venv --without-pip /opt/mithaq \
    && pip --python /opt/mithaq/bin/python install --no-cache-dir --no-compile --require-hashes --only-binary=:all: -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY service ./service
COPY --from=editor /src/static/built ./service/web/static/built
COPY workers ./workers
COPY templates ./templates
RUN pip --python /opt/mithaq/bin/python install --no-cache-dir --no-compile --no-index --no-deps --find-links build-wheels . \
    && /opt/mithaq/bin/python -I -c "from service.web.rendering import web_fonts; web_fonts.build()" \
    && /opt/mithaq/bin/python -I -m service.cli.local.slim --image

# Listens on ports above 1024 and stores certificates in /data: needs neither root nor a capability.
FROM caddy:2.11.7-alpine AS proxy
RUN setcap -r /usr/bin/caddy && chown -R 10001:10001 /data /config
USER 10001:10001

FROM python:3.13.16-slim-bookworm AS service
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin mithaq \
    && install -d -m 0700 -o 10001 -g 10001 /var/lib/mithaq /var/lib/mithaq/files /var/lib/mithaq/backups
COPY --from=build /opt/mithaq /opt/mithaq
COPY LICENSE NOTICE /usr/share/doc/mithaq/
ENV PATH=/opt/mithaq/bin:$PATH PYTHONUNBUFFERED=1 MITHAQ_VAR=/var/lib/mithaq
USER 10001:10001
WORKDIR /var/lib/mithaq
ENTRYPOINT ["mithaq"]
CMD ["doctor"]
