#!/bin/sh
# A Dask cluster on this machine: one scheduler and some worker processes, on loopback only.
#
#   deploy/dask/cluster.sh [WORKERS] [MEMORY PER WORKER]      e.g. deploy/dask/cluster.sh 4 4GiB
#   revrecon run --engine dask --scheduler tcp://127.0.0.1:8786 --buckets 16
#
# Whoever reaches a Dask scheduler can run any code on its workers: keep it on loopback or a closed network, or use TLS.
# With the lake in an object store the workers take its login from this shell's environment (docs/object_storage.md).
# PORT names another port. Ctrl-C ends all of it.
set -eu
workers=${1:-2}
memory=${2:-4GiB}
port=${PORT:-8786}
scratch=$(mktemp -d)
cores=$(getconf _NPROCESSORS_ONLN)
threads=$((cores / workers))
export POLARS_MAX_THREADS=$((threads > 0 ? threads : 1)) # workers share the cores between them

stop() {
  trap - EXIT INT TERM
  kill $started 2>/dev/null || true
  wait
  rm -rf "$scratch"
}
started=
trap stop EXIT INT TERM

dask scheduler --host 127.0.0.1 --port "$port" --no-dashboard &
started=$!
dask worker "tcp://127.0.0.1:$port" --host 127.0.0.1 --nworkers "$workers" --nthreads 1 \
  --memory-limit "$memory" --no-dashboard --local-directory "$scratch" &
started="$started $!"
wait
