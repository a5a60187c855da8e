#!/usr/bin/env python3
"""Make the faces for Hangul, symbols and emoji from pinned packages.

usage: build_symbols.py ROOT OUT        needs uharfbuzz==0.57.0, fonttools==4.68.0; run after build_subsets.py
       ROOT holds, unpacked: noto-cjk/ (Debian bookworm fonts-noto-cjk 1:20220127+repack1-1),
       symbola/ (Debian bookworm fonts-symbola 2.60-1.1, SHA-256
       408244997437d4103e9cdc9dd75db29d0e5fbee6e6874536173995204033a6df) and
       noto-emoji/ (npm @expo-google-fonts/noto-emoji 0.4.7, SHA-256
       6a25fd5a4da5bb34bbc2d300531bbf32de86afd866e119314d7e358f61a6104d)

Symbola gives what the Chinese and Western faces in the folder of this script lack, so that folder must be complete.
"""
import hashlib
import os
import sys

import uharfbuzz
from fontTools.ttLib import TTFont

HERE = os.path.dirname(os.path.abspath(__file__))
EARLIER = ("NotoSerifCJKsc-Regular.han.otf", "NotoSerif-Regular.ttf")
# Compatibility Jamo and all syllables. Conjoining Jamo would need shaping; pages do not use them.
HANGUL = [(0x3131, 0x318E), (0xAC00, 0xD7A3)]
SYMBOLS = [(0x2010, 0x2BFF), (0x2E00, 0x2E7F), (0x1D400, 0x1D7FF), (0x1F000, 0x1F2FF), (0x1F700, 0x1F8FF)]
EMOJI = [(0x1F300, 0x1F6FF), (0x1F7E0, 0x1F7FF), (0x1F900, 0x1FAFF)]


def within(ranges):
    return {code for first, last in ranges for code in range(first, last + 1)}


def covered(path, number=-1):
    return set(TTFont(path, fontNumber=number, lazy=True).getBestCmap())


def subset(path, number, codes, name):
    request = uharfbuzz.SubsetInput()
    request.unicode_set.clear()
    for code in sorted(codes):
        request.unicode_set.add(code)
    request.layout_feature_tag_set.clear()
    for identifier in range(26):
        request.name_id_set.add(identifier)
    request.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path), number)
    data = uharfbuzz.subset(face, request).blob.data
    with open(os.path.join(sys.argv[2], name), "wb") as file:
        file.write(data)
    print(hashlib.sha256(data).hexdigest(), len(data), len(codes), name)


def main():
    root = sys.argv[1]
    hangul = f"{root}/noto-cjk/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
    symbola = f"{root}/symbola/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf"
    emoji = f"{root}/noto-emoji/package/400Regular/NotoEmoji_400Regular.ttf"
    earlier = set().union(*(covered(os.path.join(HERE, name)) for name in EARLIER))
    subset(hangul, 1, within(HANGUL) & covered(hangul, 1), "NotoSerifCJKkr-Regular.hangul.otf")
    subset(symbola, 0, (within(SYMBOLS) & covered(symbola)) - earlier, "Symbola.symbols.ttf")
    subset(emoji, 0, (within(EMOJI) & covered(emoji)) - earlier, "NotoEmoji-Regular.emoji.ttf")


main()
