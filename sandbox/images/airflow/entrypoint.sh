#!/usr/bin/env bash
# Starts an Airflow command as the documentation of the official image describes it: `scheduler` and
# `airflow scheduler` are the same, `bash` and `python` run as they are, and before any of them the database is
# waited for, unless CONNECTION_CHECK_MAX_COUNT is 0 (each check starts a whole Airflow).
set -euo pipefail

say() { printf 'offshoot sandbox: %s\n' "$*" >&2; }

if [[ $(id -g) != 0 && $(id -u) != 50000 ]]; then
  say "this image runs with group 0, whatever the user: it was started as $(id -u):$(id -g)"
  exit 1
fi
umask 0002

if ! id -un &>/dev/null; then
  export HOME=${AIRFLOW_USER_HOME_DIR:-/home/airflow}
  if [[ -w /etc/passwd ]]; then
    printf 'default:x:%s:0:default user:%s:/sbin/nologin\n' "$(id -u)" "$HOME" >>/etc/passwd
  fi
fi

tries=${CONNECTION_CHECK_MAX_COUNT:-20}
for ((try = 1; try <= tries; try++)); do
  if answer=$(airflow db check 2>&1); then break; fi
  if ((try == tries)); then
    printf '%s\n' "$answer" >&2
    say "the database did not answer $tries times; giving up"
    exit 1
  fi
  sleep "${CONNECTION_CHECK_SLEEP_TIME:-3}"
done

if [[ -n ${_AIRFLOW_DB_MIGRATE-} ]]; then airflow db migrate || true; fi

case ${1-} in
  bash | python) exec "$@" ;;
  airflow) shift ;;
esac
exec airflow "$@"
