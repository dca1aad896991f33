# Offshoot's image: docker build --tag offshoot .

# Brings Node 24, and npm for the build.
ARG NODE_IMAGE=node:24-bookworm-slim
# What the image is made on: any Debian. Of git, an ssh client, certificates and an init, it gets what it lacks.
ARG BASE_IMAGE=debian:bookworm-slim

# Where no registry answers, --build-context node=FOLDER and --build-context dependencies=FOLDER stand in for these two stages.
FROM ${NODE_IMAGE} AS node
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

# Types, source maps and other people's tests are more than half of it; nothing reads them here.
FROM ${BASE_IMAGE} AS trimmed
COPY --from=dependencies /app/node_modules /app/node_modules
RUN find /app/node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete

FROM ${BASE_IMAGE}
RUN for program in git ssh dumb-init update-ca-certificates; do \
      command -v "$program" > /dev/null || missing=yes; \
    done; \
    if [ -n "$missing" ]; then \
      apt-get update \
      && apt-get install --yes --no-install-recommends ca-certificates dumb-init git openssh-client \
      && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*; \
    fi
# A number that Kubernetes sees is not root's; ssh wants a name for it as well.
RUN echo 'offshoot:x:65532:65532::/tmp:/usr/sbin/nologin' >> /etc/passwd && echo 'offshoot:x:65532:' >> /etc/group
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=trimmed /app/node_modules /app/node_modules
COPY LICENSE package.json /app/
COPY src /app/src
# What `offshoot doctor` compares the rights of its user with.
COPY helm/offshoot/rbac /app/helm/offshoot/rbac

ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Offshoot" \
      org.opencontainers.image.description="An Apache Airflow of its own for every feature branch of a DAG repository." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
USER 65532:65532
EXPOSE 8080 8081 8082
# git starts helpers that outlive it when it is stopped: the init buries them. The signal to end is for Offshoot alone, which ends its own.
ENTRYPOINT ["dumb-init", "--single-child", "--", "node", "/app/src/main.ts"]
CMD ["serve"]
