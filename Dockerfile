# The service in a container. The pinned runtime comes with npm ci, so the base needs only some Node.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=build --chown=node:node /app /app
RUN mkdir /data && chown node:node /data
USER node
ENV GATUVAKT_DATA=/data GATUVAKT_HTTP__HOST=0.0.0.0 GATUVAKT_MQTT__HOST=0.0.0.0
VOLUME /data
EXPOSE 8080 1883
HEALTHCHECK --interval=30s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "bin/gatuvakt"]
CMD ["serve"]
