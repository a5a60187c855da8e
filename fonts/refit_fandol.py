#!/usr/bin/env python3
"""Refit the outlines of FandolFang and FandolKai with fewer curves: the source of Gw FangSong and Gw KaiTi.

usage: refit_fandol.py SOURCE OUT        needs fonttools==4.68.0, numpy==2.4.6
       SOURCE holds the unmodified FandolFang-Regular.otf and FandolKai-Regular.otf

No point of a new outline is further than BOUND units (of 1000 to the em) from the old one, nor the other way round.
Advance widths, vertical metrics, the character map and GPOS stay as they are; hints go, as in the Noto subsets.
The derived fonts are renamed and stay under Fandol's licence (GPL-3 with font exception).
judge_refit.py compares the pictures of both.
"""
import hashlib
import multiprocessing
import os
import sys

import numpy
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.basePen import NullPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

BOUND = 1.0      # units; measured at the samples with SLACK to spare for what lies between them
SLACK = 0.1
SAMPLES = 8      # per piece of the old outline
LONGEST = 14     # pieces of the old outline that one curve may replace
FONTS = {
    "FandolFang-Regular.otf": ("GwFangSong-Regular.otf", "Gw FangSong", "GwFangSong-Regular"),
    "FandolKai-Regular.otf": ("GwKaiTi-Regular.otf", "Gw KaiTi", "GwKaiTi-Regular"),
}
T = numpy.linspace(0, 1, SAMPLES + 1)[1:]


def contours(glyph_set, name):
    """The closed contours of a glyph as arrays of cubic pieces: (pieces, 4, 2). Lines are cubics on their chord."""
    pen = RecordingPen()
    glyph_set[name].draw(pen)
    found, pieces, start, at = [], [], None, None

    def add(a, b, c, d):
        if not a == b == c == d:
            pieces.append((a, b, c, d))

    def line(a, d):
        add(a, (a[0] + (d[0] - a[0]) / 3, a[1] + (d[1] - a[1]) / 3),
            (a[0] + 2 * (d[0] - a[0]) / 3, a[1] + 2 * (d[1] - a[1]) / 3), d)

    for operator, points in pen.value:
        if operator == "moveTo":
            pieces, start, at = [], points[0], points[0]
        elif operator == "lineTo":
            line(at, points[0])
            at = points[0]
        elif operator == "curveTo":
            add(at, *points)
            at = points[-1]
        elif operator == "closePath":
            if at != start:
                line(at, start)
            if pieces:
                found.append(numpy.array(pieces, dtype=float))
        else:
            raise ValueError(operator)
    return found


def evaluate(curves, t):
    """Points of curves (n, 4, 2) at parameters t (n, m) or (m)."""
    t = numpy.broadcast_to(t, (len(curves), numpy.shape(t)[-1]))[..., None]
    a, b, c, d = (curves[:, None, k] for k in range(4))
    s = 1 - t
    return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d


def directions(pieces):
    """Unit tangents at the start and the end of each piece."""
    def unit(candidates):
        result = numpy.zeros((len(pieces), 2))
        for vector in reversed(candidates):
            length = numpy.hypot(vector[:, 0], vector[:, 1])
            result = numpy.where((length > 0.5)[:, None], vector / numpy.maximum(length, 1e-9)[:, None], result)
        return result
    a, b, c, d = (pieces[:, k] for k in range(4))
    return unit([b - a, c - a, d - a]), unit([d - c, d - b, d - a])


def project(curves, points, t, rounds):
    """Moves each t towards the foot of its point on the curve (Newton), in order."""
    for _ in range(rounds):
        on = evaluate(curves, t)
        a, b, c, d = (curves[:, None, k] for k in range(4))
        s, u = 1 - t[..., None], t[..., None]
        first = 3 * (s * s * (b - a) + 2 * s * u * (c - b) + u * u * (d - c))
        second = 6 * (s * (c - 2 * b + a) + u * (d - 2 * c + b))
        off = on - points
        numerator = (off * first).sum(-1)
        denominator = (first * first).sum(-1) + (off * second).sum(-1)
        step = numpy.where(denominator > 1e-6, numerator / numpy.maximum(denominator, 1e-6), 0.0)
        t = numpy.clip(t - step, 0.0, 1.0)
    return t


def solve(points, start, end, t, fixed_start, fixed_end):
    """Least squares for the two handles. fixed_* (n, 2): that coordinate of the handle equals the end point's."""
    s = 1 - t
    w1, w2 = 3 * s * s * t, 3 * s * t * t
    base = (s**3 + 0)[..., None] * start[:, None] + (t**3)[..., None] * end[:, None]
    rest = points - base
    a11, a12, a22 = ((x * y).sum(-1) for x, y in ((w1, w1), (w1, w2), (w2, w2)))
    b1, b2 = ((w[..., None] * rest).sum(1) for w in (w1, w2))
    determinant = numpy.maximum(a11 * a22 - a12 * a12, 1e-12)
    a11, a12, a22, determinant = (x[:, None] for x in (a11, a12, a22, determinant))
    one = (b1 * a22 - b2 * a12) / determinant
    two = (b2 * a11 - b1 * a12) / determinant
    one = numpy.where(fixed_start, start, numpy.where(fixed_end, (b1 - a12 * end) / a11, one))
    two = numpy.where(fixed_end, end, numpy.where(fixed_start, (b2 - a12 * start) / a22, two))
    return numpy.stack([start, one, two, end], axis=1)


def between(curves, polyline):
    """The largest distance of each curve from its polyline (n, m, 2)."""
    on = evaluate(curves, numpy.linspace(0, 1, 33))
    a, b = polyline[:, :-1], polyline[:, 1:]
    along = b - a
    square = numpy.maximum((along * along).sum(-1), 1e-9)
    offset = on[:, :, None] - a[:, None]
    share = numpy.clip((offset * along[:, None]).sum(-1) / square[:, None], 0, 1)
    off = offset - share[..., None] * along[:, None]
    return numpy.sqrt((off * off).sum(-1).min(-1).max(-1))


def fit(spans, first, last):
    """One cubic for each span (n, 1 + m, 2) of points; its error in units, infinite where the curve is no good."""
    start, end, points = spans[:, 0], spans[:, -1], spans[:, 1:-1]
    steps = numpy.hypot(*numpy.moveaxis(numpy.diff(spans, axis=1), -1, 0))
    length = steps.sum(1)
    t = (numpy.cumsum(steps, axis=1) / numpy.maximum(length, 1e-9)[:, None])[:, :-1]
    # A horizontal or vertical tangent stays one: an extremum of the outline.
    fixed_start, fixed_end = first == 0.0, last == 0.0
    for _ in range(5):
        curves = solve(points, start, end, t, fixed_start, fixed_end)
        t = project(curves, points, t, 1)
    curves = numpy.round(solve(points, start, end, t, fixed_start, fixed_end))
    t = project(curves, points, t, 3)
    off = evaluate(curves, t) - points
    error = numpy.sqrt((off * off).sum(-1).max(1))
    out, back = curves[:, 1] - start, end - curves[:, 2]
    for handle, tangent in ((out, first), (back, last)):
        size = numpy.hypot(handle[:, 0], handle[:, 1])
        cosine = (handle * tangent).sum(1) / numpy.maximum(size, 1e-9)
        # Not far from the old direction, so that smooth joints stay smooth; short handles are rounded too coarsely.
        least = numpy.where(size < 6, 0.5, 0.985)
        error = numpy.where((size > 1.5) & (cosine < least) | (size > length), numpy.inf, error)
    return curves, error


def operand(value):
    value = abs(int(value))
    return 0 if value == 0 else 1 if value <= 107 else 2


def price(curve, straight):
    """About how many bytes a piece takes."""
    if straight:
        return 0.5 + operand(curve[3][0] - curve[0][0]) + operand(curve[3][1] - curve[0][1])
    deltas = numpy.diff(curve, axis=0)
    middle = sum(max(operand(v), 1) for v in deltas[1])
    return 0.6 + middle + sum(operand(v) for v in (*deltas[0], *deltas[2]))


def refit(pieces):
    """A contour within BOUND of another: a list of (curve, straight)."""
    first, last = directions(pieces)
    turn = (last * numpy.roll(first, -1, axis=0)).sum(1)     # cosine of the turn after each piece
    shift = int(numpy.argmin(turn)) + 1
    pieces, first, last, turn = (numpy.roll(x, -shift, axis=0) for x in (pieces, first, last, turn))
    count = len(pieces)
    points = evaluate(pieces, T)                             # (count, SAMPLES, 2)
    allowed = BOUND - SLACK
    options = [[] for _ in range(count)]                     # by first piece: (next piece, curve, straight)
    for index in range(count):
        a, b, c, d = pieces[index]
        chord = d - a
        straight = flat(points[index], a, d) <= 0.05
        options[index].append((index + 1, numpy.round(pieces[index]), straight))
    alive = numpy.arange(count)
    # A corner is never inside a curve. Tiny pieces turn at random; the error judges those.
    size = numpy.hypot(*(pieces[:, 3] - pieces[:, 0]).T)
    corner = (turn < 0.8) & (numpy.minimum(size, numpy.roll(size, -1)) > 6)
    for span in range(1, min(LONGEST, count) + 1):
        alive = alive[alive + span <= count]
        if span > 1:
            alive = alive[~corner[alive + span - 2]]
        if not len(alive):
            break
        index = alive[:, None] + numpy.arange(span)
        spans = numpy.concatenate([pieces[alive, 0][:, None], points[index].reshape(len(alive), -1, 2)], axis=1)
        closed = (spans[:, 0] == spans[:, -1]).all(1)
        chords = numpy.array([flat(s[1:-1], s[0], s[-1]) if not c else numpy.inf for s, c in zip(spans, closed)])
        if span == 1:
            for n, k in enumerate(alive):
                if chords[n] <= allowed and not options[k][0][2]:
                    options[k].append((k + 1, pieces[k], True))
            continue
        curves, errors = fit(spans, first[alive], last[alive + span - 1])
        good = (errors <= allowed) & ~closed
        if good.any():
            where = numpy.flatnonzero(good)
            good[where] = between(curves[where], spans[where]) <= allowed
        for n, k in enumerate(alive):
            if chords[n] <= allowed:
                straight = numpy.array([spans[n, 0], spans[n, 0], spans[n, -1], spans[n, -1]])
                options[k].append((k + span, straight, True))
            if good[n]:
                options[k].append((k + span, curves[n], False))
        # A longer span can only be good if this one nearly is.
        alive = alive[(errors <= 4 * allowed) | (chords <= allowed) | ~numpy.isfinite(errors) & (span < 4)]
    best = [numpy.inf] * count + [0.0]
    choice = [None] * count
    for index in range(count - 1, -1, -1):
        for after, curve, straight in options[index]:
            total = best[after] + price(curve, straight)
            if total < best[index]:
                best[index], choice[index] = total, (after, curve, straight)
    chosen, index = [], 0
    while index < count:
        after, curve, straight = choice[index]
        chosen.append((curve, straight))
        index = after
    return chosen


def flat(points, a, d):
    """The largest distance of points from the chord a–d."""
    chord = d - a
    square = float(chord @ chord)
    if square == 0.0:
        return numpy.inf
    offset = points - a
    share = numpy.clip(offset @ chord / square, 0, 1)
    off = offset - share[:, None] * chord
    return float(numpy.sqrt((off * off).sum(1).max())) if len(points) else 0.0


def outline(task):
    """The charstring of a refitted glyph."""
    path, name, width, default, nominal = task
    font = opened(path)
    pen = T2CharStringPen(None if width == default else width - nominal, None)
    before = after = 0
    for pieces in contours(font, name):
        chosen = refit(pieces)
        before, after = before + len(pieces), after + len(chosen)
        pen.moveTo(tuple(map(int, chosen[0][0][0])))
        for number, (curve, straight) in enumerate(chosen):
            b, c, d = (tuple(map(int, curve[k])) for k in (1, 2, 3))
            if not straight:
                pen.curveTo(b, c, d)
            elif number + 1 < len(chosen):                   # the last line closes itself
                pen.lineTo(d)
        pen.closePath()
    return name, pen.getCharString().program, before, after


OPEN = {}


def opened(path):
    if path not in OPEN:
        OPEN[path] = TTFont(path).getGlyphSet()
    return OPEN[path]


def derive(source, target, family, postscript):
    font = TTFont(source, recalcTimestamp=False)
    before = TTFont(source)
    top = font["CFF "].cff.topDictIndex[0]
    strings = top.CharStrings
    tasks = []
    for name in font.getGlyphOrder():
        string, selector = strings.getItemAndSelector(name)
        private = top.FDArray[selector].Private
        string.draw(NullPen())
        tasks.append((source, name, string.width, private.defaultWidthX, private.nominalWidthX))
    pieces = [0, 0]
    with multiprocessing.Pool() as pool:
        for name, program, old, new in pool.imap(outline, tasks, chunksize=64):
            string, selector = strings.getItemAndSelector(name)
            fresh = T2CharString(program=program, private=string.private, globalSubrs=string.globalSubrs)
            fresh.fdSelectIndex = getattr(string, "fdSelectIndex", None)
            strings[name] = fresh
            pieces[0] += old
            pieces[1] += new
    for dictionary in top.FDArray:
        private = dictionary.Private
        for hint in ("StemSnapH", "StemSnapV", "Subrs"):
            private.rawDict.pop(hint, None)
            if hasattr(private, hint):
                delattr(private, hint)
    notice = ("Copyright 2012-2013, the Fandol team (Clerk Ma, Jie Su). Modified 2026 by the guidang authors: outlines "
              f"of {os.path.basename(source)} refitted within 1 unit, hints removed, renamed.")
    top.FullName, top.FamilyName, top.Notice = postscript, family, notice
    font["CFF "].cff.fontNames = [postscript]
    names = font["name"]
    names.names = [record for record in names.names if record.platformID == 3 and record.langID == 0x409]
    licence = ("GNU General Public License, version 3, with the font exception (fandol.COPYING.GPL-3.0-font-exception"
               ".txt). The source is the unmodified font and refit_fandol.py.")
    for number, words in {
        0: notice, 1: family, 2: "Regular", 3: f"1.300;refit;{postscript}", 4: family, 6: postscript,
        10: f"Derived from {os.path.basename(source)} 1.300 of the Fandol team; see the copyright notice.",
        13: licence, 16: family, 17: "Regular",
    }.items():
        names.setName(words, number, 3, 1, 0x409)
    font.save(target)
    check(before, TTFont(target))
    data = open(target, "rb").read()
    print(hashlib.sha256(data).hexdigest(), os.path.basename(target),
          f"{os.path.getsize(source)} -> {len(data)} bytes, {pieces[0]} -> {pieces[1]} pieces")


def check(before, after):
    """What must not have changed."""
    assert before.getGlyphOrder() == after.getGlyphOrder()
    assert before.getBestCmap() == after.getBestCmap()
    assert before["hmtx"].metrics == after["hmtx"].metrics
    assert before["vmtx"].metrics == after["vmtx"].metrics
    for tag in ("GPOS", "BASE", "VORG", "cmap"):
        assert before.reader[tag] == after.reader[tag], tag
    strings = after["CFF "].cff.topDictIndex[0].CharStrings
    for name, (advance, _) in after["hmtx"].metrics.items():
        strings[name].draw(NullPen())
        assert strings[name].width == advance, name


if __name__ == "__main__":
    for source, (target, family, postscript) in FONTS.items():
        derive(os.path.join(sys.argv[1], source), os.path.join(sys.argv[2], target), family, postscript)
