#!/usr/bin/env python3
"""Converts pages on Apache Spark: records through `guidang stream`, a Parquet manifest and counters out.

    spark-submit job.py --bundle guidang.tar.gz --output s3://archive/out --manifest s3://archive/manifest \\
        cc-index s3://commoncrawl/cc-index/table/cc-main/warc/crawl=CC-MAIN-2026-21/subset=warc \\
        --where "url_host_registry_suffix = 'gov.cn'"

The manifest has one row for each record, with the columns of the stream's answers. Tasks may be tried again or run twice
(speculation): the store then holds what one run would have left. `answers.py` turns a manifest into the lines that
`guidang ingest` reads. See ../README.md.
"""

import argparse
import sys
from pathlib import Path

from pyspark import cloudpickle
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession, functions

sys.path.insert(0, str(Path(__file__).resolve().parent))
import engine  # noqa: E402
import sources  # noqa: E402
import warc_index  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", required=True, help="where outputs go: s3://, gs://, az:// or a folder that all machines see")
    parser.add_argument("--manifest", required=True, help="where the manifest goes, for Spark: s3a://, gs://, hdfs:// or a folder")
    parser.add_argument("--counters", help="where the counters go as JSON [default: the manifest's name with -counters]")
    parser.add_argument("--bundle", help="guidang.tar.gz with guidang and fonts/; without it, guidang on the executors' PATH")
    parser.add_argument("--engine", choices=["pipe", "arrow"], help="RDD.pipe or mapInArrow [default: pipe; arrow on Spark Connect]")
    parser.add_argument("--partitions", type=int, help="spread records over so many tasks [default: as they are read]")
    parser.add_argument("--skip", action="append", default=[], metavar="MANIFEST", help="leave out what has a row there")
    parser.add_argument("--stream", action="append", default=[], metavar="OPTION",
                        help="an option of guidang stream, as --stream=--archivable (repeatable)")
    kinds = parser.add_subparsers(dest="kind", required=True)

    def kind(name: str, text: str, *extra: str) -> argparse.ArgumentParser:
        sub = kinds.add_parser(name, help=text, description=text)
        sub.add_argument("path", help="what Spark reads")
        if "where" in extra:
            sub.add_argument("--where", help="rows to take, in SQL")
        if "prefix" in extra:
            sub.add_argument("--prefix", default="s3://commoncrawl/", help="before each name of a WARC file [default: %(default)s]")
        return sub

    kind("uris", "a text file with the address of a page on each line")
    kind("records", "a text file of records (NDJSON)")
    table = kind("html", "Parquet with pages in a column", "where")
    for column, name in (("id", "url"), ("html", "html"), ("url", "url"), ("charset", "charset"), ("fetched_at", "fetched_at")):
        table.add_argument(f"--{column.replace('_', '-')}-column", default=name, help="[default: %(default)s]")
    kind("cc-index", "Common Crawl's columnar index", "where", "prefix")
    kind("warc-paths", "a text file with the name of a WARC file on each line", "prefix")
    return parser.parse_args()


def records(spark: SparkSession, args: argparse.Namespace) -> DataFrame:
    match args.kind:
        case "uris":
            found = sources.uris(spark, args.path)
        case "records":
            found = sources.records(spark, args.path)
        case "html":
            columns = {name: getattr(args, f"{name}_column") for name in ("id", "html", "url", "charset", "fetched_at")}
            found = sources.html(spark, args.path, args.where, columns)
        case "cc-index":
            found = sources.cc_index(spark, args.path, args.where, args.prefix)
        case _:
            found = sources.warc_paths(spark, args.path, args.prefix)
    for manifest in args.skip:
        done = spark.read.parquet(manifest).select("id").distinct()
        found = found.withColumn("id", functions.get_json_object("record", "$.id")).join(done, "id", "left_anti").select("record")
    return found.repartition(args.partitions) if args.partitions else found


def counters(manifest: DataFrame) -> DataFrame:
    """How often each outcome came, and what is stored in each role. Of the manifest, not of the attempts: accumulators
    would count what was tried again twice."""
    outcome = functions.coalesce(functions.concat_ws("/", "error.stage", "error.code"), functions.lit(""))
    name = functions.when(functions.col("status") == "ok", "ok").otherwise(outcome)
    nothing = functions.lit(None).cast("long").alias("bytes")
    outcomes = manifest.groupBy(functions.lit("outcome").alias("counter"), name.alias("name")).count()
    output = manifest.select(functions.explode("outputs").alias("output")).select("output.*").dropDuplicates(["key"])
    outputs = output.groupBy(functions.lit("output").alias("counter"), functions.col("role").alias("name"))
    outputs = outputs.agg(functions.count("*").alias("count"), functions.sum("bytes").alias("bytes"))
    return outcomes.select("counter", "name", "count", nothing).union(outputs)


def main() -> int:
    args = arguments()
    spark = SparkSession.builder.appName("guidang").getOrCreate()
    # A batch of pages is held in memory: by its default Arrow takes 10,000.
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
    for module in (engine, sources, warc_index):
        cloudpickle.register_pickle_by_value(module)
    if args.bundle:
        spark.addArtifact(f"{args.bundle}#guidang", archive=True)
    script = engine.command(["--output", args.output, *args.stream], bundled=bool(args.bundle))
    connected = type(spark).__module__.startswith("pyspark.sql.connect")
    run = {"pipe": engine.pipe, "arrow": engine.arrow}[args.engine or ("arrow" if connected else "pipe")]
    try:
        # Never onto an older one: that may be all that is known of a store.
        engine.manifest(run(records(spark, args), script)).write.mode("errorifexists").parquet(args.manifest)
        counted = counters(spark.read.parquet(args.manifest)).orderBy("counter", "name")
        counted.coalesce(1).write.mode("overwrite").json(args.counters or f"{args.manifest.rstrip('/')}-counters")
        counted.show(1000, truncate=False)
    except (PySparkException, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
