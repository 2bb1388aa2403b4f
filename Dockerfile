# The service in a container. npm ci brings the pinned runtime; the image keeps that one and no other.
FROM node:24.18.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY bin ./bin
COPY config ./config
COPY simulators ./simulators
COPY src ./src
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts \
 && mv node_modules/node-linux-*/bin/node /usr/local/bin/gatuvakt-node \
 && rm -rf node_modules/node-linux-* node_modules/.bin node_modules/.cache src/console

FROM debian:12.12-slim
RUN useradd --uid 1000 --create-home gatuvakt \
 && install --directory --owner=1000 --group=1000 --mode=0700 /data
COPY --from=build /usr/local/bin/gatuvakt-node /usr/local/bin/node
COPY --from=build /app /app
COPY deploy/gatuvakt-ready /usr/local/bin/gatuvakt-ready
RUN ln -s /app/bin/gatuvakt /usr/local/bin/gatuvakt
USER gatuvakt
WORKDIR /data
ENV GATUVAKT_DATA=/data GATUVAKT_HTTP__HOST=0.0.0.0 GATUVAKT_MQTT__HOST=0.0.0.0
VOLUME /data
EXPOSE 8080 1883
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["gatuvakt-ready"]
ENTRYPOINT ["gatuvakt"]
CMD ["serve"]
