"""The law of conservation, judged from outside. usage: conservation FOLDER ...

For every NAME.json the files NAME.txt, NAME.pdf, NAME.docx, NAME.html and NAME.md beside it must say what the Document
says: all of it, nothing else, in order, white space aside. Prints the first difference of each file; exit 1 if there is
any, or nothing to judge."""

import collections
import multiprocessing
import pathlib
import sys
import traceback

import readers
from expected import Expected, read
from matching import COLOPHON, Differs, compare

READERS = {
    "txt": ("txt", lambda path: readers.text(path.read_text(encoding="utf-8"))),
    "pdf, by position": ("pdf", lambda path: readers.pdf(path)),
    "pdf, in order of content": ("pdf", lambda path: readers.pdf(path, "-raw")),
    "docx": ("docx", readers.word),
    "html": ("html", lambda path: readers.markup(path.read_text(encoding="utf-8"))),
    "md": ("md", lambda path: readers.markdown(path.read_text(encoding="utf-8"))),
}


def judge(source):
    """Findings about the files beside a Document, and what was counted."""
    findings, counts = [], collections.Counter()
    try:
        document = read(source)
    except (ValueError, KeyError) as error:
        return [f"{source}: {error}"], counts
    for name, (format, reader) in READERS.items():
        path = source.with_suffix("." + format)
        if not path.exists():
            continue
        counts[name] += 1
        try:
            cut = compare(Expected(document, format).pieces, reader(path), by_position=name == "pdf, by position")
            if cut:
                counts[f"tables by count of characters, {name}"] += cut
        except Differs as difference:
            findings.append(f"{path}: {name}: {difference}")
        except Exception:
            findings.append(f"{path}: {name}: not readable: {traceback.format_exc(limit=-2)}")
    return findings, counts


def main():
    sources = sorted(path for folder in sys.argv[1:] for path in pathlib.Path(folder).rglob("*.json"))
    total, found = collections.Counter(), 0
    with multiprocessing.Pool(2) as pool:
        for findings, counts in pool.imap(judge, sources):
            for finding in findings:
                print(finding)
            found += len(findings)
            total.update(counts)
    counted = ", ".join(f"{count} {name}" for name, count in sorted(total.items()))
    print(f"conservation: {len(sources)} documents ({counted}), {found} findings")
    sys.exit(0 if sources and not found else 1)


if __name__ == "__main__":
    main()
