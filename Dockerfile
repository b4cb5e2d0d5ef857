# cartscape as a service or for single runs; no browser is in it, for only the tests need one.
FROM python:3.12-slim-bookworm
WORKDIR /opt/cartscape
# Debian's patch releases are wanted, so versions are not pinned
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --home-dir /var/lib/cartscape --shell /usr/sbin/nologin cartscape
COPY . .
RUN make install PYTHON=python3
USER 10001
ENV CARTSCAPE_HOME=/var/lib/cartscape \
    PATH=/opt/cartscape/.venv/bin:$PATH
VOLUME /var/lib/cartscape
ENTRYPOINT ["cartscape"]
CMD ["run"]
