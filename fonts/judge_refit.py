#!/usr/bin/env python3
"""Compare the pictures of refitted glyphs with those of the unmodified fonts, glyph by glyph.

usage: judge_refit.py SOURCE DERIVED [PIXELS]       needs freetype-py==2.5.1, numpy
       133 pixels to the em (the default) are 16 pt at 600 dpi

Prints, over all glyphs, how much ink differs: the share of the ink whose pixels differ, and the largest difference
of a single pixel (of 255). A shift of one unit is 0.13 pixel, 34 of 255 along an edge.
"""
import sys

import freetype
import numpy


def picture(face, glyph):
    face.load_glyph(glyph, freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_RENDER)
    slot, bitmap = face.glyph, face.glyph.bitmap
    rows = numpy.array(bitmap.buffer, dtype=numpy.int16).reshape(bitmap.rows, bitmap.pitch)[:, :bitmap.width]
    return slot.bitmap_left, slot.bitmap_top, rows


def main():
    faces = [freetype.Face(path) for path in sys.argv[1:3]]
    pixels = int(sys.argv[3]) if len(sys.argv) > 3 else 133
    for face in faces:
        face.set_pixel_sizes(0, pixels)
    shares, largest, visible = [], [], []
    for glyph in range(faces[0].num_glyphs):
        first, second = (picture(face, glyph) for face in faces)
        left, top = min(first[0], second[0]), max(first[1], second[1])
        width = max(p[0] + p[2].shape[1] for p in (first, second)) - left
        height = top - min(p[1] - p[2].shape[0] for p in (first, second))
        canvas = numpy.zeros((2, height, width), dtype=numpy.int16)
        for number, (x, y, rows) in enumerate((first, second)):
            canvas[number, top - y:top - y + rows.shape[0], x - left:x - left + rows.shape[1]] = rows
        if not canvas.any():
            continue
        off = numpy.abs(canvas[0] - canvas[1])
        shares.append(off.sum() / max(canvas[0].sum(), 1))
        largest.append(int(off.max()))
        visible.append(float((off > 64).sum() / max((canvas[0] > 127).sum(), 1)))
        if off.max() > 120:
            print(f"glyph {glyph}: a pixel differs by {off.max()}")
    order = numpy.sort(largest)
    print(f"{len(shares)} glyphs with ink; ink that differs: mean {numpy.mean(shares):.3%}, worst {max(shares):.3%}; "
          f"largest pixel difference: median {order[len(order) // 2]}, 99% {order[len(order) * 99 // 100]}, "
          f"worst {order[-1]}; pixels off by more than 64: mean {numpy.mean(visible):.4%}, worst {max(visible):.3%}")


main()
