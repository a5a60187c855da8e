"""Makes the records of `guidang stream` of what a data lake holds. Each function returns one column `record` of NDJSON."""

from pyspark.sql import Column, DataFrame, SparkSession, functions

import warc_index

# MIME types of pages, as Common Crawl detects them.
PAGES = ("text/html", "application/xhtml+xml")


def uris(spark: SparkSession, path: str) -> DataFrame:
    """A text file with the address of a page on each line: s3://, gs://, az://, https:// or a path that all machines see."""
    lines = _lines(spark, path)
    return _records(lines, id=lines.value, uri=lines.value)


def records(spark: SparkSession, path: str) -> DataFrame:
    """A text file of finished records."""
    return _lines(spark, path).select(functions.col("value").alias("record"))


def html(spark: SparkSession, path: str, where: str | None, columns: dict[str, str]) -> DataFrame:
    """Parquet with pages in a column, binary or text. `columns` names those for id, html, url, charset and fetched_at."""
    table = _filtered(spark.read.parquet(path), where)
    page = table[columns["html"]]
    text = dict(table.dtypes)[columns["html"]] == "string"
    # Text in Parquet is UTF-8, whatever the page says that it was before.
    charset = functions.lit("utf-8") if text else _optional(table, columns["charset"])
    return _records(
        table, id=table[columns["id"]].cast("string"), url=_optional(table, columns["url"]),
        html_b64=functions.base64(page.cast("binary")), charset_hint=charset,
        fetched_at=_time(table, columns["fetched_at"]),
    )


def cc_index(spark: SparkSession, path: str, where: str | None, prefix: str) -> DataFrame:
    """Common Crawl's columnar index, or a table with its columns: pages that were fetched, as places in WARC files."""
    table = spark.read.parquet(path)
    fetched = (table.fetch_status == 200) & table.content_mime_detected.isin(*PAGES)
    table = _filtered(table.where(fetched), where)
    place = functions.concat_ws(":", table.warc_filename, table.warc_record_offset)
    warc = functions.struct(
        functions.concat(functions.lit(prefix), table.warc_filename).alias("uri"),
        table.warc_record_offset.cast("long").alias("offset"), table.warc_record_length.cast("long").alias("length"),
    )
    return _records(table, id=place, url=table.url, warc=warc, fetched_at=_time(table, "fetch_time"))


def warc_paths(spark: SparkSession, path: str, prefix: str) -> DataFrame:
    """A list of WARC files (as Common Crawl's `warc.paths.gz`). Every file is read once here to find its pages, and each
    page again by the stream: where there is an index, take the index."""
    names = _lines(spark, path).select(functions.concat(functions.lit(prefix), functions.trim("value")).alias("uri"))
    # Here, before any task is: a place that no file can be read from is a mistake, and no error of each page.
    for row in names.limit(1).collect():
        warc_index.known(row.uri)
    # A list is small and its files large: each file is a task of its own.
    names = names.repartitionByRange(max(1, names.count()), "uri")
    found = names.mapInArrow(warc_index.of_batches, "uri STRING, offset BIGINT, length BIGINT")
    warc = functions.struct("uri", "offset", "length")
    return _records(found, id=functions.concat_ws(":", "uri", "offset"), warc=warc)


def _lines(spark: SparkSession, path: str) -> DataFrame:
    return spark.read.text(path).where("trim(value) != ''")


def _filtered(table: DataFrame, where: str | None) -> DataFrame:
    return table.where(where) if where else table


def _optional(table: DataFrame, name: str) -> Column:
    return table[name].cast("string") if name in table.columns else functions.lit(None).cast("string")


def _time(table: DataFrame, name: str) -> Column:
    """RFC 3339 in UTC of a timestamp; text as it stands."""
    if dict(table.dtypes).get(name) not in ("timestamp", "timestamp_ntz"):
        return _optional(table, name)
    utc = functions.to_utc_timestamp(table[name].cast("timestamp"), functions.current_timezone())
    return functions.date_format(utc, "yyyy-MM-dd'T'HH:mm:ss'Z'")


def _records(table: DataFrame, **members: Column) -> DataFrame:
    """Members that are null are left out."""
    version = functions.lit(1).alias("v")
    columns = [column.alias(name) for name, column in members.items()]
    return table.select(functions.to_json(functions.struct(version, *columns)).alias("record"))
