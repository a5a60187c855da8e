"""Compares what was read with what is expected, piece by piece, and says where they part."""

from collections import Counter

from expected import TablePiece

# The last section of a file, which is not the Document's.
COLOPHON = "著录信息"


class Differs(Exception):
    """Where and how a file parts from its Document."""


class Matcher:
    """Walks through what was read. Line ends (U+000A) and page ends (U+000C) may stand in it anywhere."""

    def __init__(self, found):
        self.found = found
        self.at = 0
        self.head = ""
        # Tables whose cells go on overleaf: compared by their characters, since no order of reading is right.
        self.cut_tables = 0

    def skip_ends(self):
        """Passes line and page ends, and the head of a table that a new page repeats."""
        turned = False
        while self.at < len(self.found) and self.found[self.at] in "\n\f":
            turned |= self.found[self.at] == "\f"
            self.at += 1
        if turned and self.head:
            self.take(self.head)

    def take(self, text):
        """Passes `text` if it stands here; else stays."""
        start, head = self.at, self.head
        self.head = ""
        for c in text:
            self.skip_ends()
            if self.found[self.at : self.at + 1] != c:
                self.at, self.head = start, head
                return False
            self.at += 1
        self.head = head
        return True

    def text(self, text, what):
        for index, c in enumerate(text):
            before = self.at
            self.skip_ends()
            if self.found[self.at : self.at + 1] == c:
                self.at += 1
                continue
            # A repeated head may begin as the words themselves go on.
            self.at = before
            while self.found[self.at : self.at + 1] in ("\n", "\f"):
                self.at += 1
            if self.found[self.at : self.at + 1] == c:
                self.at += 1
                continue
            # A hyphen at the end of a line, inside a word.
            if c.isalpha() and c.isascii() and self.found[self.at : self.at + 2] in ("-\n", "\u2010\n"):
                self.at += 2
                if self.found[self.at : self.at + 1] == c:
                    self.at += 1
                    continue
            raise Differs(f"{what} “{self.excerpt(text[index:])}” became “{self.excerpt(self.found[self.at:])}” after “{self.found[max(0, self.at - 20) : self.at]!r}”")

    @staticmethod
    def excerpt(text):
        return text[:40].replace("\n", "⏎").replace("\f", "⇟")

    def pieces(self, pieces):
        for piece in pieces:
            if isinstance(piece, TablePiece):
                self.table(piece)
            elif piece.kind == "note":
                self.take(piece.text)
            else:
                self.text(piece.text, {"text": "text", "mark": "furniture"}[piece.kind])

    def table(self, table):
        start, outer = self.at, self.head
        self.head = table.head
        try:
            self.pieces(table.pieces)
        except Differs as difference:
            self.at = start
            self.table_by_count(table, difference)
        self.head = outer

    def table_by_count(self, table, difference):
        """The characters of a table in any order, pages' repeated heads aside."""
        pieces = [piece for piece in leaves(table.pieces) if piece.kind != "note" or piece.text in self.found]
        wanted = Counter("".join(piece.text for piece in pieces))
        left = sum(wanted.values())
        pages = 1
        while left:
            before = self.at
            self.skip_ends()
            pages += self.found.count("\f", before, self.at)
            c = self.found[self.at : self.at + 1]
            if not wanted[c]:
                raise difference
            wanted[c] -= 1
            left -= 1
            self.at += 1
        if pages == 1:
            raise difference
        self.cut_tables += 1

    def end(self):
        """Nothing may be left but the last section."""
        self.head = ""
        self.skip_ends()
        rest = self.found[self.at :]
        if rest and not rest.replace("\n", "").startswith(COLOPHON):
            raise Differs(f"nothing more is expected after “{self.found[max(0, self.at - 20) : self.at]!r}”, found “{self.excerpt(rest)}”")


def leaves(pieces):
    for piece in pieces:
        if isinstance(piece, TablePiece):
            yield from leaves(piece.pieces)
        else:
            yield piece


def compare(pieces, found):
    """Raises Differs at the first difference; the number of tables compared by count."""
    matcher = Matcher(found)
    matcher.pieces(pieces)
    matcher.end()
    return matcher.cut_tables
