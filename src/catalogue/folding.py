#!/usr/bin/env python3
"""Writes folding.tsv: pairs of characters that the catalogue's index does not tell apart.

    python3 src/catalogue/folding.py TSCharacters.txt EquivalentUnifiedIdeograph.txt > src/catalogue/folding.tsv

TSCharacters.txt: OpenCC (Apache-2.0), traditional to simplified; also in the sdist of opencc-python-reimplemented on
PyPI under opencc/dictionary/. Of several simplified characters the first is taken.
EquivalentUnifiedIdeograph.txt: Unicode Character Database; perl's copy unicore/To/EqUIdeo.pl reads as well.
Compatibility ideographs, Kangxi radicals and half-width kana come from Python's unicodedata (NFKC).
"""
import re
import sys
import unicodedata


def main(simplified, ideographs):
    pairs = {}
    # CJK radicals, Kangxi radicals, 〸〹〺, half-width kana, compatibility ideographs.
    for first, last in [(0x2E80, 0x2FDF), (0x3038, 0x303A), (0xFF65, 0xFF9D), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)]:
        for code in range(first, last + 1):
            folded = unicodedata.normalize("NFKC", chr(code))
            if folded != chr(code) and len(folded) == 1:
                pairs[chr(code)] = folded
    for line in open(ideographs, encoding="utf-8"):
        fields = re.match(r"([0-9A-F]{4,5})(?:(?:\.\.|\t)([0-9A-F]{4,5})?)?\s*;?\s*\t?([0-9A-F]{4,5})\b", line)
        if fields:
            first, last, folded = fields.groups()
            for code in range(int(first, 16), int(last or first, 16) + 1):
                pairs.setdefault(chr(code), chr(int(folded, 16)))
    for line in open(simplified, encoding="utf-8"):
        character, _, choices = line.rstrip("\n").partition("\t")
        if len(character) == 1 and choices:
            folded = choices.split(" ")[0]
            if len(folded) == 1 and folded != character:
                pairs[character] = folded
    for character in sorted(pairs):
        folded, seen = pairs[character], {character}
        while folded in pairs and folded not in seen:
            seen.add(folded)
            folded = pairs[folded]
        if folded != character:
            print(f"{character}\t{folded}")


if __name__ == "__main__":
    main(*sys.argv[1:])
