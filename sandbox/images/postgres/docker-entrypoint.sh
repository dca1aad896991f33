#!/bin/bash
# Starts PostgreSQL from the environment variables that the official image documents: POSTGRES_USER,
# POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD (each also as ..._FILE) and
# PGDATA; runs /docker-entrypoint-initdb.d once, on an empty data directory.
set -euo pipefail

say() { printf 'offshoot sandbox: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# Sets the variable $1 from itself, from the file that $1_FILE names, or to $2.
setting() {
  local name=$1 file_variable="$1_FILE" value=${2-}
  if [[ -n ${!name-} && -n ${!file_variable-} ]]; then
    die "both $name and $file_variable are set; set one of them"
  elif [[ -n ${!name-} ]]; then
    value=${!name}
  elif [[ -n ${!file_variable-} ]]; then
    value=$(<"${!file_variable}")
  fi
  printf -v "$name" %s "$value"
  unset "$file_variable"
}

# Two kinds of quoting for SQL: a name, and a string.
sql_name() { printf '"%s"' "${1//\"/\"\"}"; }

start_for_set_up() {
  # Nobody from outside may reach a server that is still being set up.
  PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w -s start
}

set_up_psql() {
  PGPASSWORD=$POSTGRES_PASSWORD psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" "$@"
}

run_init_scripts() {
  local file
  for file in "$@"; do
    say "running $file"
    case $file in
      *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
      *.sql) set_up_psql --dbname "$POSTGRES_DB" --file "$file" ;;
      *.sql.gz) gunzip -c "$file" | set_up_psql --dbname "$POSTGRES_DB" ;;
      *) say "ignoring $file: neither .sh, .sql nor .sql.gz" ;;
    esac
  done
}

create_cluster() {
  setting POSTGRES_PASSWORD
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=scram-sha-256}"
  if [[ -z $POSTGRES_PASSWORD && $POSTGRES_HOST_AUTH_METHOD != trust ]]; then
    die 'a new database needs a password for its superuser: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE,' \
      'or POSTGRES_HOST_AUTH_METHOD=trust to let everybody in'
  fi

  local extra=()
  read -r -a extra <<<"$POSTGRES_INITDB_ARGS" || true
  local password=()
  if [[ -n $POSTGRES_PASSWORD ]]; then
    exec {password_fd}< <(printf '%s\n' "$POSTGRES_PASSWORD")
    password=("--pwfile=/dev/fd/$password_fd")
  fi
  # The locale C, but UTF-8: with SQL_ASCII, Airflow's driver fails on the server's version.
  initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --encoding=UTF8 --locale=C --auth=trust \
    --no-instructions "${password[@]}" "${extra[@]}" >&2
  printf '\nhost all all all %s\n' "$POSTGRES_HOST_AUTH_METHOD" >>"$PGDATA/pg_hba.conf"

  local scripts=()
  shopt -s nullglob
  scripts=(/docker-entrypoint-initdb.d/*)
  shopt -u nullglob
  if [[ $POSTGRES_DB != postgres ]]; then
    # The single-user server spares the start and stop of a real one: a third of the time until ready.
    printf 'CREATE DATABASE %s;\n' "$(sql_name "$POSTGRES_DB")" |
      postgres --single -D "$PGDATA" postgres >/dev/null
  fi
  if ((${#scripts[@]} > 0)); then
    export POSTGRES_USER POSTGRES_DB POSTGRES_PASSWORD PGDATA
    start_for_set_up
    run_init_scripts "${scripts[@]}"
    PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -m fast -w -s stop
  fi
  say 'the database is set up; starting it'
}

: "${PGDATA:=/var/lib/postgresql/data}"
export PGDATA
if [[ $# -eq 0 || $1 == -* ]]; then set -- postgres "$@"; fi
if [[ $1 != postgres ]]; then exec "$@"; fi

say "this is $(postgres --version), standing in for postgres:17"
if [[ $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"
fi
mkdir -p "$PGDATA"
chmod 0700 "$PGDATA" 2>/dev/null || true # fails on a mounted volume of root's; initdb then says what is wrong
if [[ ! -s $PGDATA/PG_VERSION ]]; then create_cluster; fi
unset POSTGRES_PASSWORD
exec "$@"
