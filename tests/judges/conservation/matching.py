"""Compares what was read with what is expected, piece by piece, and says where they part."""

from collections import Counter

from expected import TablePiece

# The last section of a file, which is not the Document's.
COLOPHON = "著录信息"


class Differs(Exception):
    """Where and how a file parts from its Document."""


class Matcher:
    """Walks through what was read. Line ends (U+000A) and page ends (U+000C) may stand in it anywhere."""

    def __init__(self, found, by_position=False):
        self.found = found
        # Read by poppler's analysis of the page rather than in order of content: it takes tables column by column,
        # and a hyphen at the end of a line for one that the line break made.
        self.by_position = by_position
        self.at = 0
        self.head = ""
        # Tables whose cells go on overleaf: compared by their characters, since no order of reading is right.
        self.cut_tables = 0

    def skip_ends(self):
        """Passes line and page ends, and the head of a table that a new page repeats."""
        turned = self.ends()
        if turned and self.head and self.take(self.head):
            self.ends()

    def ends(self):
        """Passes line and page ends; whether a page ended."""
        begin = self.at
        while self.at < len(self.found) and self.found[self.at] in "\n\f":
            self.at += 1
        return "\f" in self.found[begin : self.at]

    def take(self, text):
        """Passes `text` if it stands here; else stays."""
        start, head = self.at, self.head
        self.head = ""
        for c in text:
            self.skip_ends()
            if self.found[self.at : self.at + 1] == c:
                self.at += 1
            elif not (self.by_position and c == "-"):
                self.at, self.head = start, head
                return False
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
            self.ends()
            if self.found[self.at : self.at + 1] == c:
                self.at += 1
                continue
            if self.by_position and c == "-":
                self.at = before
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
        if self.by_position:
            del wanted["-"]
        left = sum(wanted.values())
        pages = 1
        if self.by_position:
            self.head = ""
        while left:
            before = self.at
            self.skip_ends()
            turned = self.found.count("\f", before, self.at)
            pages += turned
            if self.by_position and turned:
                # The head stands there again, its columns apart.
                wanted.update(table.head)
                left += len(table.head)
            c = self.found[self.at : self.at + 1]
            if self.by_position and c == "-":
                self.at += 1
                continue
            if not wanted[c]:
                raise difference
            wanted[c] -= 1
            left -= 1
            self.at += 1
        if pages == 1 and not self.by_position:
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


def compare(pieces, found, by_position=False):
    """Raises Differs at the first difference; the number of tables, or whole files, compared by count."""
    matcher = Matcher(found, by_position)
    try:
        matcher.pieces(pieces)
        matcher.end()
    except Differs:
        # Poppler takes a lone character that ends a line for a column of its own.
        if not by_position or not same_characters(pieces, found):
            raise
        return matcher.cut_tables + 1
    return matcher.cut_tables


def same_characters(pieces, found):
    """Whether the same characters are there, hyphens and line ends aside, in whichever order."""
    body = found.split("\f" + COLOPHON)[0]
    wanted = [piece for piece in leaves(pieces) if piece.kind != "note" or piece.text[:4] in body]
    return not Counter("".join(piece.text for piece in wanted).replace("-", "")) - Counter(body) and not Counter(
        body.translate({10: None, 12: None, 45: None})
    ) - Counter("".join(piece.text for piece in wanted))
