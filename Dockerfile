# One image with one binary, the web app inside it. Postgres and Redis are beside it: see docker-compose.yml.
FROM rust:1.95-bookworm AS build
# npm brings wasm-opt, which makes the page a little smaller.
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
RUN rustup target add wasm32-unknown-unknown
WORKDIR /source
COPY . .
RUN cargo xtask web && cargo build --release --locked --package api

FROM debian:bookworm-slim
RUN useradd --system --home-dir /data --shell /usr/sbin/nologin confab \
    && install --directory --owner confab --mode 0700 /data
COPY --from=build /source/target/release/confab /usr/local/bin/confab
USER confab
VOLUME /data
ENV CONFAB_LISTEN=0.0.0.0:8000 CONFAB_DATA_DIR=/data
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["confab"]
CMD ["serve"]
