# One image for every process: `mithaq serve | worker | beat | migrate`. Only what the lock files name is downloaded.
FROM node:22-bookworm-slim AS editor
WORKDIR /src
COPY service/web/editor ./editor
COPY service/web/static ./static
RUN cd editor && npm ci --omit=dev && node build.mjs ../static/built

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/mithaq
COPY requirements.lock ./
RUN /opt/mithaq/bin/pip install --no-cache-dir --require-hashes --only-binary=:all: -r requirements.lock
COPY pyproject.toml README.md ./
COPY service ./service
COPY --from=editor /src/static/built ./service/web/static/built
COPY workers ./workers
COPY templates ./templates
RUN /opt/mithaq/bin/pip install --no-cache-dir --no-index --no-deps --no-build-isolation . \
    && /opt/mithaq/bin/python -I -c "from service.web.rendering import web_fonts; web_fonts.build()"

# Listens on ports above 1024 and stores certificates in /data: needs neither root nor a capability.
FROM caddy:2.10-alpine AS proxy
RUN setcap -r /usr/bin/caddy && chown -R 10001:10001 /data /config
USER 10001:10001

FROM python:3.13-slim-bookworm AS service
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin mithaq \
    && install -d -m 0700 -o 10001 -g 10001 /var/lib/mithaq /var/lib/mithaq/files
COPY --from=build /opt/mithaq /opt/mithaq
ENV PATH=/opt/mithaq/bin:$PATH PYTHONUNBUFFERED=1 MITHAQ_VAR=/var/lib/mithaq
USER 10001:10001
WORKDIR /var/lib/mithaq
ENTRYPOINT ["mithaq"]
CMD ["doctor"]
