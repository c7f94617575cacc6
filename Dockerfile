# Matinee in a container. Two results:
#   docker build --target runtime .   small: the program and its pages (the default)
#   docker build --target full .      with ffmpeg and Chromium, for the features that use them

# ---- build: the same two scripts as on a developer's machine -----------------------------------
FROM debian:bookworm AS build
WORKDIR /src
ENV DEBIAN_FRONTEND=noninteractive MATINEE_CACHE=/opt/matinee
# The tools first: they change seldom and take the longest.
COPY scripts/lib.sh scripts/setup scripts/
COPY Cargo.lock ./
RUN scripts/setup build
COPY . .
RUN make build

# ---- what every result has --------------------------------------------------------------------
FROM debian:bookworm-slim AS base
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin matinee \
 && install -d -o matinee -g matinee -m 0700 /data
COPY --from=build /src/target/release/matinee /usr/local/bin/matinee
COPY --from=build /src/target/site /usr/share/matinee/site
ENV MATINEE_LISTEN=0.0.0.0:3000 \
    MATINEE_DATA_DIR=/data \
    MATINEE_SITE_ROOT=/usr/share/matinee/site \
    MALLOC_ARENA_MAX=4
WORKDIR /data
VOLUME /data
EXPOSE 3000
# The program asks itself: there is no curl in here.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["matinee", "healthcheck"]
CMD ["matinee"]

# ---- full: looks into films, and has a browser to share -----------------------------------------
FROM base AS full
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg chromium fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
USER 10001:10001

# ---- runtime: last, so that it is what `docker build .` gives -----------------------------------
FROM base AS runtime
USER 10001:10001
