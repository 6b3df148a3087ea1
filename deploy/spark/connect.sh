#!/bin/sh
# A Spark Connect server of this machine, on loopback only, from the PySpark that is installed (needs Java 17).
#
#   deploy/spark/connect.sh [MASTER]          e.g. deploy/spark/connect.sh 'local-cluster[4,1,2048]'
#   revrecon run --engine spark --scheduler sc://127.0.0.1:15002 --buckets 16
#
# MASTER may be a cluster too: spark://10.0.0.5:7077, yarn, k8s://... Whoever reaches the server runs code on its
# executors: keep it on loopback or a closed network, or behind a proxy with TLS and logins. PORT names another port.
# Ctrl-C ends it.
set -eu
master=${1:-local-cluster[2,1,2048]}
port=${PORT:-15002}
PYSPARK_PYTHON=${PYSPARK_PYTHON:-$(command -v python)}
SPARK_LOCAL_IP=127.0.0.1
export PYSPARK_PYTHON SPARK_LOCAL_IP
spark=$(python -c 'import pyspark; print(pyspark.__path__[0])')
exec "$spark/bin/spark-submit" --master "$master" \
  --conf spark.ui.enabled=false --conf spark.log.level=ERROR \
  --conf spark.connect.grpc.binding.address=127.0.0.1 --conf "spark.connect.grpc.binding.port=$port" \
  --conf "spark.executorEnv.POLARS_MAX_THREADS=${POLARS_MAX_THREADS:-1}" \
  --class org.apache.spark.sql.connect.service.SparkConnectServer spark-internal
