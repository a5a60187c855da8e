"""Runs records through `guidang stream` on the executors: one process a task, one answer a record.

The process is found in the bundle that the job ships (`SparkFiles`), else on the executor's PATH. It inherits the
executor's environment: there the keys of object stores are. It ends non-zero when a store cannot be reached, and then
Spark tries the task again; what is wrong with a page is an answer.
"""

import os
import shlex
import subprocess
import threading

import pyarrow
from pyspark import SparkFiles
from pyspark.sql import DataFrame, functions

# What `guidang stream` answers, as a schema: members that a later version adds are passed over.
ANSWER = """
    id STRING, status STRING, error STRUCT<stage: STRING, code: STRING, message: STRING>,
    outputs ARRAY<STRUCT<role: STRING, key: STRING, sha256: STRING, bytes: BIGINT, put: STRING>>,
    diagnostics ARRAY<STRUCT<code: STRING, severity: STRING, message: STRING>>, tool STRING
"""


def executor_environment(more: dict) -> dict:
    """The environment of the process that calls this, with `more` and the place of shipped files."""
    return {**os.environ, **more, "SPARK_FILES": SparkFiles.getRootDirectory()}


class ExecutorEnvironment(dict):
    """Becomes the environment of the executor where it is unpickled: `RDD.pipe` gives its process no other."""

    def __reduce__(self):
        return executor_environment, (dict(self),)


def command(arguments: list[str], bundled: bool) -> str:
    """The command line of the stream, for a shell on the executor."""
    program = '"$SPARK_FILES"/guidang/guidang' if bundled else "guidang"
    return f"exec {program} stream {shlex.join(arguments)}"


def pipe(records: DataFrame, script: str) -> DataFrame:
    """Answers by `RDD.pipe`. `records` has one column of NDJSON lines; the answers are one column of such, `answer`."""
    environment = ExecutorEnvironment()
    lines = records.rdd.map(lambda row: row[0]).pipe(shlex.join(["sh", "-c", script]), environment, checkCode=True)
    return lines.map(lambda line: (line,)).toDF("answer STRING")


def arrow(records: DataFrame, script: str) -> DataFrame:
    """The same by `mapInArrow`, which Spark Connect has too."""

    def convert(batches):
        for lines in answers(batches, script):
            yield pyarrow.RecordBatch.from_arrays([pyarrow.array(lines, pyarrow.string())], ["answer"])

    return records.mapInArrow(convert, "answer STRING")


def answers(batches, script: str):
    """Lists of answers to Arrow `batches` whose first column is records. Memory is bounded by two batches."""
    process = subprocess.Popen(["sh", "-c", script], env=executor_environment({}), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    given, failure = [0], []

    def give():
        try:
            with process.stdin as stdin:
                for batch in batches:
                    for line in batch.column(0):
                        stdin.write(line.as_py().encode() + b"\n")
                        given[0] += 1
        except BrokenPipeError:
            pass  # The exit code says why.
        except BaseException as error:  # Of Spark: its records ended early, and must not seem complete.
            failure.append(error)

    writer = threading.Thread(target=give, daemon=True)
    writer.start()
    try:
        got, lines = 0, []
        for line in process.stdout:
            got += 1
            lines.append(line.decode().rstrip("\n"))
            if len(lines) == 256:
                yield lines
                lines = []
        code = process.wait()
        writer.join()
        if failure:
            raise failure[0]
        if code != 0 or got != given[0]:
            raise RuntimeError(f"guidang stream ended with {code} after {got} answers to {given[0]} records")
        if lines:
            yield lines
    finally:
        # Where Spark wants no more: the task was cancelled.
        process.kill()
        process.wait()


def manifest(lines: DataFrame) -> DataFrame:
    """The answers as columns."""
    parsed = lines.select(functions.from_json("answer", ANSWER, {"mode": "FAILFAST"}).alias("answer"))
    return parsed.select("answer.*")
