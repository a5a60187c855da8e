#!/usr/bin/env python3
"""Turns a manifest of job.py back into the answers of `guidang stream`, for `guidang ingest`. Needs pyarrow, and no Spark.

    answers.py s3://archive/manifest | guidang ingest - --outputs s3://archive/out --store archive

Lines come in the order of the files and their rows: the same manifest is filed in the same order.
"""

import json
import sys

from pyarrow import dataset


def main(manifest: str) -> None:
    files = dataset.dataset(manifest, format="parquet").get_fragments()
    for file in sorted(files, key=lambda file: file.path):
        for batch in file.to_batches(batch_size=1000):
            for answer in batch.to_pylist():
                sys.stdout.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: answers.py MANIFEST")
    main(sys.argv[1])
