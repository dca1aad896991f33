#!/bin/sh
exec python3 -m airflow "$@"
