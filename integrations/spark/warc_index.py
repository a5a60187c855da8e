"""Finds the pages in a WARC file, of gzip members or not compressed, without unpacking more of each than its heads.

What is no page (redirects, pictures, requests, revisits) is passed over. Damage, and a file that is not there, become a place
of their own, so that the stream answers for them with an error; reading goes on at the next gzip member. Whatever else keeps a
file from being read, as a store that does not answer, fails the task, which Spark tries again: no page is lost quietly.
"""

import zlib

import pyarrow
from pyarrow import fs

MAGIC = b"\x1f\x8b\x08"
RECORD = b"WARC/1."
CHUNK = 1 << 20
PIECE = 16 << 10
# Where WARC files are read from, and what pyarrow calls it.
SCHEMES = {"s3": "s3", "s3a": "s3", "s3n": "s3", "gs": "gs", "file": "file"}
# WARC and HTTP heads are within so many bytes of a record.
HEADS = 256 << 10
# Behind a record are two line breaks, or some more.
SLACK = 16


def of_batches(batches):
    """For `DataFrame.mapInArrow`: batches of addresses of WARC files to batches of places of pages."""
    for batch in batches:
        for uri in batch.column(0).to_pylist():
            offsets, lengths = [], []
            for offset, length in places(uri):
                offsets.append(offset)
                lengths.append(length)
            yield pyarrow.RecordBatch.from_pydict({
                "uri": pyarrow.array([uri] * len(offsets), pyarrow.string()),
                "offset": pyarrow.array(offsets, pyarrow.int64()), "length": pyarrow.array(lengths, pyarrow.int64()),
            })


def places(uri: str):
    """Offset and length of each page, and of damage. Of a file that is not there, its first byte: the stream says why."""
    system, path = place(uri)
    try:
        stream = system.open_input_stream(path, compression=None)
    except FileNotFoundError:
        yield 0, 1
        return
    with stream:
        start = stream.read(CHUNK)
        plain = start.startswith(RECORD)
        for offset, length, head in records(stream, start) if plain else members(stream, start):
            if head is None or is_page(head):
                yield offset, length


def place(uri: str):
    """The file system of a WARC file, and its path in it."""
    return fs.FileSystem.from_uri(known(uri)) if "://" in uri else (fs.LocalFileSystem(), uri)


def known(uri: str) -> str:
    """As pyarrow calls it. Raises ValueError where files cannot be read from there."""
    scheme, separator, rest = uri.partition("://")
    if not separator:
        return uri
    if scheme not in SCHEMES:
        raise ValueError(f"{uri}: WARC files are read from s3://, gs:// or a folder to find their pages, not from {scheme}://")
    return f"{SCHEMES[scheme]}://{rest}"


def members(stream, data: bytes):
    """Offset, length and first bytes of each gzip member; None for the bytes of what is none. `data` was read before."""
    offset = 0
    while data := data or stream.read(CHUNK):
        inflate, head, length, unpacked = zlib.decompressobj(31), b"", 0, 0
        try:
            while not inflate.eof:
                data = data or stream.read(CHUNK)
                if not data:
                    yield offset, length, None  # Cut off.
                    return
                # A little at a time: a member may be a bomb.
                piece, rest = data[:PIECE], data[PIECE:]
                part = inflate.decompress(piece)
                head += part[: HEADS - len(head)]
                unpacked += len(part)
                length += len(piece) - len(inflate.unused_data)
                data = inflate.unused_data + rest
            # A file that was gzipped as one has its records where nobody can point at them: no page of it is lost quietly.
            yield offset, length, head if unpacked <= _end(head) + SLACK else None
        except zlib.error:
            skipped, data = _next(MAGIC, stream, data)
            length += skipped
            yield offset, length, None
        offset += length


def records(stream, data: bytes):
    """The same of the records of a file that is not compressed."""
    offset = 0
    while data := data or stream.read(CHUNK):
        while (end := data.find(b"\r\n\r\n")) < 0 and len(data) < HEADS and (more := stream.read(CHUNK)):
            data += more
        stated = _field(data[: max(end, 0)], b"content-length") if data.startswith(RECORD) else b""
        if not stated.isdigit():
            length, data = _next(RECORD, stream, data)
            yield offset, length, None
            offset += length
            continue
        # Behind the block are two line breaks, which the last record of some files lacks.
        block_end = end + 4 + int(stated)
        while len(data) < min(block_end, HEADS) and (more := stream.read(CHUNK)):
            data += more
        head, left = data[: min(block_end, HEADS)], block_end + 4 - len(data)
        data = data[block_end + 4 :]
        while left > 0 and (more := stream.read(min(left, CHUNK))):
            left -= len(more)
        length = block_end + 4 - max(left, 0)
        yield offset, length, head if length >= block_end else None
        offset += length


def _next(beginning: bytes, stream, data: bytes):
    """How many bytes lie before the next `beginning` of a record, and what has been read of it."""
    skipped, start = 0, 1
    while (found := data.find(beginning, start)) < 0:
        kept = data[1 - len(beginning) :]
        skipped += len(data) - len(kept)
        more = stream.read(CHUNK)
        if not more:
            return skipped + len(kept), b""
        data, start = kept + more, 0
    return skipped + found, data[found:]


def is_page(head: bytes) -> bool:
    """Whether a WARC record is a page: a response with status 200, or a resource, of a type of HTML."""
    warc, _, block = head.partition(b"\r\n\r\n")
    kind = _field(warc, b"warc-type")
    if kind == b"resource":
        return _is_html(_field(warc, b"content-type"))
    if kind != b"response":
        return False
    http, _, _ = block.partition(b"\r\n\r\n")
    status = http.split(b"\r\n", 1)[0].split()
    return status[1:2] == [b"200"] and _is_html(_field(http, b"content-type"))


def _end(head: bytes) -> float:
    """Where the block of a record ends, if it says so."""
    end = head.find(b"\r\n\r\n")
    stated = _field(head[: max(end, 0)], b"content-length")
    return end + 4 + int(stated) if stated.isdigit() else float("inf")


def _field(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip().lower()
    return b""


def _is_html(kind: bytes) -> bool:
    return kind.split(b";")[0].strip() in (b"text/html", b"application/xhtml+xml")
