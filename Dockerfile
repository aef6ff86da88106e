# The service with LibreOffice for previews; runs as a user without rights, keeps its state in /data.
FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY copilot_server copilot_server
COPY skills skills
COPY evals evals
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
# Debian keeps only its newest security fixes: a pinned version would make the image fail to build soon.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-writer-nogui \
    fonts-crosextra-carlito fonts-crosextra-caladea fonts-liberation fonts-dejavu fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home copilot && install -d -o copilot /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH COPILOT_HOME=/data COPILOT_HOST=0.0.0.0 PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /data
EXPOSE 8700
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8700/readyz', timeout=4)"]
CMD ["office-copilot", "serve"]
