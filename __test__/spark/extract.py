# Extracts the files of a list, on the workers of a Spark cluster: argv is the command, where the extract goes, and the files.
# A partition is a list of names, so that places are those of the files.
import shlex
import sys

from pyspark import SparkContext

command, target, *files = sys.argv[1:]
spark = SparkContext("local-cluster[2,1,1024]", "unified-run-id extract")
# -r: a partition without files is none to read.
lines = spark.parallelize(files, 8).pipe(f"xargs -r {command}", checkCode=True)
with open(target, "w", encoding="utf-8") as extract:
    extract.writelines(f"{line}\n" for line in lines.toLocalIterator())
spark.stop()
