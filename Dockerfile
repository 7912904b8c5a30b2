# One image for web, worker and beat; docker-compose.yml gives each its command.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 ROLLCALL_DATA=/data LOG_FORMAT=json

RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin rollcall \
    && install --directory --owner rollcall --mode 700 /data

WORKDIR /app
COPY requirements.txt requirements-ldap.txt ./
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libldap-dev libsasl2-dev \
    && pip install --no-cache-dir --requirement requirements.txt --requirement requirements-ldap.txt \
    && apt-get purge --yes gcc && rm -rf /var/lib/apt/lists/*
COPY . .
RUN python -m provisioning.management.make.catalogue compile

USER rollcall
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "console.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--no-control-socket"]
