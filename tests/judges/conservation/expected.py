"""Turns the JSON form of a Document into what each output has to say: its words, and the furniture among them.

Words must stand there. Furniture that is certain (a list mark) must too; a note for a picture may, since whether a
format can show a picture is that format's affair. Tables are kept together, for readers that see their cells in another order."""

import json
from dataclasses import dataclass, field


@dataclass
class Piece:
    """Characters of the Document (kind "text") or of a writer ("mark": certain, "note": possible)."""

    kind: str
    text: str


@dataclass
class TablePiece:
    """A table: its pieces in order, its head's words, and its cells."""

    pieces: list = field(default_factory=list)
    head: str = ""


def significant(text):
    """What counts: everything but white space, as Rust's `char::is_whitespace` has it (U+001C…U+001F do not)."""
    return "".join(c for c in text if not c.isspace() or "\x1c" <= c <= "\x1f")


def roman(number):
    out = ""
    for value, letters in ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while number >= value:
            out, number = out + letters, number - value
    return out


def letters(number):
    out = ""
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(97 + rest) + out
    return out


def han(number):
    digits = "〇一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens, units = divmod(number, 10)
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[units] if units else "")


def mark(marker, number):
    """The mark of a list item."""
    return {
        "bullet": lambda: "●",
        "decimal": lambda: f"{number}.",
        "lower-alpha": lambda: letters(number) + ".",
        "upper-alpha": lambda: letters(number).upper() + ".",
        "lower-roman": lambda: roman(number) + ".",
        "upper-roman": lambda: roman(number).upper() + ".",
        "han": lambda: han(number) + "、",
        "none": lambda: "",
    }[marker]()


class Expected:
    """What one format has to say. FORMAT: txt, pdf, docx, html, md."""

    def __init__(self, document, format):
        self.document = document
        self.format = format
        self.links = []
        self.pieces = []
        self.blocks(document["body"], self.pieces)
        for note in document.get("notes", []):
            self.add(self.pieces, "text", note["mark"])
            self.inlines(note["content"], self.pieces)
        if format == "txt" and self.links:
            self.add(self.pieces, "mark", "链接" + "".join(self.links))

    def add(self, out, kind, text):
        text = significant(text)
        if text:
            out.append(Piece(kind, text))

    def blocks(self, blocks, out):
        for block in blocks:
            kind = block["type"]
            if kind == "title":
                self.add(out, "text", "".join(block["lines"]))
            elif kind in ("heading", "paragraph"):
                self.inlines(block["content"], out)
            elif kind == "list":
                self.list(block, out)
            elif kind == "table":
                self.table(block, out)
            elif kind == "figure":
                self.image(block["image"], out)
                self.inlines(block.get("caption", []), out)
            elif kind == "quote":
                self.blocks(block["body"], out)
            else:
                raise ValueError(f"unknown block {kind}")

    def list(self, block, out):
        for index, item in enumerate(block["items"]):
            number = block.get("start", 1) + index
            # Word and browsers make marks themselves; Markdown knows two kinds.
            generated = self.format in ("docx", "html") or self.format == "md" and block["marker"] in ("bullet", "decimal")
            if not generated:
                self.add(out, "mark", mark(block["marker"], number))
            self.blocks(item, out)

    def table(self, block, out):
        if self.format != "pdf":
            return self.table_pieces(block, out)
        table = TablePiece()
        self.table_pieces(block, table.pieces)
        if block["header_rows"]:
            head = []
            for row in block["rows"][: block["header_rows"]]:
                for cell in row:
                    self.blocks(cell["blocks"], head)
            table.head = "".join(flat(head))
        out.append(table)

    def table_pieces(self, block, out):
        self.inlines(block.get("caption", []), out)
        self.inlines(block.get("unit", []), out)
        for row in block["rows"]:
            for cell in row:
                self.blocks(cell["blocks"], out)

    def inlines(self, content, out):
        for index, inline in enumerate(content):
            kind = inline["type"]
            if kind == "text":
                if self.format == "txt":
                    self.text_run(content, index, out)
                self.add(out, "text", inline["text"])
            elif kind == "image":
                self.image(inline, out)
            elif kind == "note-reference":
                self.add(out, "text", self.document["notes"][inline["note"]]["mark"])
            elif kind != "line-break":
                raise ValueError(f"unknown inline {kind}")

    def text_run(self, content, index, out):
        """What plain text adds to a run: `^` before a power, the link for the list at the end."""
        run = content[index]
        base = content[index - 1] if index else {}
        raised = run.get("style", {}).get("position") == "superscript"
        level = base.get("type") == "text" and "position" not in base.get("style", {})
        if raised and level and base["text"][-1:] in set("0123456789") and run["text"][:1] in set("0123456789-+−－"):
            self.add(out, "mark", "^")
        link = run.get("link")
        if link and significant(link) not in self.links:
            self.links.append(significant(link))

    def image(self, image, out):
        name = image.get("alternative", "")
        source = image.get("source", "")
        there = image.get("asset") in self.document.get("assets", {})
        if self.format == "txt":
            label = "图片" if there else "图片缺失"
            name = name.strip() or ("" if there else source)
            return self.add(out, "mark", f"[{label}：{name}]" if name else f"[{label}]")
        if self.format == "md":
            label = "图片" if there else "图片缺失"
            return self.add(out, "note", f"[{label}：{name or source}]")
        if self.format == "docx" and there:
            return self.add(out, "note", f"图片格式无法在 DOCX 中显示：{name or source}")
        if self.format == "pdf":
            name = (name if name.strip() else source)[:200]
        self.add(out, "note", f"图片缺失：{name or source}")


def flat(pieces):
    """The characters of all pieces, furniture included."""
    for piece in pieces:
        if isinstance(piece, TablePiece):
            yield from flat(piece.pieces)
        else:
            yield piece.text


def read(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    if document["schema"] != "guidang-document/1":
        raise ValueError(f"schema {document['schema']}")
    return document
