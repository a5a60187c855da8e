"""Reads outputs back with readers that share nothing with guidang: pdftotext, python-docx, html5lib, markdown-it, and
docutils for the tables that plain text draws. Each gives the significant characters, line and page ends among them."""

import re
import subprocess
import unicodedata

import docx
import html5lib
from docutils.parsers.rst.tableparser import GridTableParser
from docutils.statemachine import StringList
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt

from expected import significant
from matching import Differs


def pdf(path, *options):
    """The pages in order of their content, page numbers taken away."""
    text = subprocess.run(["pdftotext", "-enc", "UTF-8", *options, path, "-"], check=True, capture_output=True).stdout.decode()
    pages = text.split("\f")
    if pages.pop().strip():
        raise Differs("text after the last page")
    out = []
    for number, page in enumerate(pages, 1):
        lines = [line for line in map(significant, page.split("\n")) if line]
        footer = f"—{number}—"
        # In order of content the number stands last. By position poppler may put the end of a table's column behind it.
        place = next((index for index in reversed(range(len(lines))) if lines[index].endswith(footer)), None)
        if place is None or "-raw" in options and place != len(lines) - 1:
            raise Differs(f"page {number} does not end in its number but in “{lines[-1] if lines else ''}”")
        lines[place] = lines[place].removesuffix(footer)
        out.append("".join(line + "\n" for line in lines if line))
    return "\f".join(out)


def word(path):
    """Body, then footnotes, by python-docx."""
    file = docx.Document(path)
    out = []
    # The notes stand in a part of their own; in the text they come before the last section.
    colophon = None

    def paragraph(item):
        nonlocal colophon
        if item.style is not None and item.style.style_id == "GongwenColophon":
            colophon = len(out)
        out.append(significant(item.text) + "\n")

    def container(items):
        for item in items:
            if isinstance(item, Paragraph):
                paragraph(item)
            elif isinstance(item, Table):
                for row in item._tbl.tr_lst:
                    for cell in row.tc_lst:
                        container(_Cell(cell, item).iter_inner_content())

    container(file.iter_inner_content())
    body, last, out = out[:colophon], out[colophon:] if colophon is not None else [], []
    for relation in file.part.rels.values():
        if relation.reltype.endswith("/footnotes"):
            root = docx.oxml.parse_xml(relation.target_part.blob)
            for note in root.iter(qn("w:footnote")):
                if note.get(qn("w:type")) is None:
                    for item in note.iter(qn("w:p")):
                        paragraph(Paragraph(item, file))
    return "".join(body + out + last)


def markup(page):
    """The text of a page's body, by html5lib."""
    tree = html5lib.parse(page, treebuilder="lxml", namespaceHTMLElements=False)
    body = tree.find("body")
    for aside in list(body.iter("script", "style", "template")):
        raise Differs(f"<{aside.tag}> in the body")
    return significant("".join(body.itertext()))


def markdown(text):
    """CommonMark with GFM tables, by markdown-it, then html5lib."""
    if text.startswith("---\n"):
        text = text.split("\n---\n", 1)[1]
    return markup(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def cells(line):
    """The line by display columns: a character and its marks in the first column, nothing in its second."""
    out = []
    for c in line:
        if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf"):
            if out:
                owner = max(index for index, cell in enumerate(out) if cell)
                out[owner] += c
            else:
                out.append(c)
            continue
        out.append(c)
        if unicodedata.east_asian_width(c) in "WFA":
            out.append("")
    return out


# What a second column holds while docutils reads.
SECOND = "\ue0ff"


def grid(lines, out):
    """A drawn table, nested ones included."""
    table = [cells(line) for line in lines]
    clusters = {}
    drawn = []
    for row in table:
        line = ""
        for cell in row:
            if len(cell) > 1:
                stand_in = chr(0xF0000 + len(clusters))
                clusters[stand_in] = cell
                line += stand_in
            else:
                line += cell or SECOND
        drawn.append(line)
    width = max(map(len, drawn))
    _, head, body = GridTableParser().parse(StringList([line.ljust(width) for line in drawn], "table"))
    for row in head + body:
        for cell in row:
            if cell:
                content = ["".join(clusters.get(c, c) for c in line if c != SECOND) for line in cell[3]]
                lines_of(content, out)


def lines_of(lines, out):
    """Lines of text, with tables among them."""
    index = 0
    while index < len(lines):
        line = lines[index]
        if re.fullmatch(r"\s*\+-[+-]*-\+", line):
            margin = len(line) - len(line.lstrip())
            end = index
            while end < len(lines) and lines[end][margin : margin + 1] in ("+", "|") and not lines[end][:margin].strip():
                end += 1
            grid([row[margin:] for row in lines[index:end]], out)
            index = end
        else:
            out.append(significant(line) + "\n")
            index += 1


def text(content):
    """Below the rule that ends the header."""
    header, rule, body = content.partition("----------\n")
    if not rule or not all("：" in line for line in header.splitlines()):
        raise Differs("no header of labelled lines and rule")
    out = []
    lines_of(body.split("\n"), out)
    return "".join(out)
