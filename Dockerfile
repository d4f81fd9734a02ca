# The page in a container: docker build -t lmm . && docker run -p 8501:8501 lmm --processes 2
# What to know of it stands in docs/hosting.md.
FROM python:3.13-slim AS built
WORKDIR /source
COPY pyproject.toml setup.py MANIFEST.in README.md LICENSE ./
COPY .streamlit .streamlit
COPY sample_data sample_data
COPY lmm_core lmm_core
COPY lmm_data lmm_data
COPY lmm_cli lmm_cli
COPY lmm_app lmm_app
RUN python -m venv /opt/lmm && /opt/lmm/bin/pip install --no-cache-dir ".[app]"

FROM python:3.13-slim
# It stands in front of several processes; the system does not run it here.
RUN apt-get update \
    && apt-get install -y --no-install-recommends nginx-light \
    && rm -rf /var/lib/apt/lists/*
COPY --from=built /opt/lmm /opt/lmm
RUN useradd --create-home --uid 10001 lmm
USER lmm
WORKDIR /home/lmm
# Many small decompositions side by side are quicker with one thread each.
ENV PATH="/opt/lmm/bin:$PATH" OPENBLAS_NUM_THREADS=1 PYTHONUNBUFFERED=1 LMM_ROOMS=/tmp/lmm-rooms
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["lmm", "app", "--no-browser", "--port", "8501"]
CMD []
