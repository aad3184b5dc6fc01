"""The bars of both scores on paper: SVG without scripts, for runs that nobody watches."""

from collections.abc import Sequence

from markupsafe import Markup

from tfw.desk.thresholds.figure import BarBins
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.thresholds import Thresholds
from tfw.report.chart_layout import FASHION, OTHER, THRESHOLD, VERDICT_NAMES
from tfw.report.formats import thousands
from tfw.report.score_bins import LABEL_BINS, MANY_TERMS

WIDTH, HEIGHT, FOOT, HEAD = 460, 170, 36, 30
GAP = 0.12
SVG = Markup(
    '<svg role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" '
    'style="max-width: 100%; margin: 0 24px 8px 0" font-size="12" fill="currentColor">{}</svg>'
)
BAR = Markup(
    '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"><title>{}</title></rect>'
)
LINE = Markup(
    '<line x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}" stroke="{3}" stroke-width="2" '
    'stroke-dasharray="6 4"/>'
)
TEXT = Markup('<text x="{:.1f}" y="{}" text-anchor="{}">{}</text>')


def bars_on_paper(columns: ScoreColumns, thresholds: Thresholds) -> Markup:
    """How many posts have which score, apart by verdict, with the thresholds as lines."""
    bins = BarBins.of(columns)
    label_in, label_out, terms_in, terms_out = bins.tally(columns.verdicts(thresholds))
    tenths = [(place * LABEL_BINS / 10, f"{place / 10:g}") for place in range(0, 11, 2)]
    rows = [(row + 0.5, f"{row}+" if row == MANY_TERMS else str(row)) for row in range(bins.rows)]
    return Markup("<div>{}{}</div>").format(
        _bars(
            "Label score", label_in.tolist(), label_out.tolist(), tenths,
            thresholds.label * LABEL_BINS,
        ),
        _bars(
            "Different vocabulary terms", terms_in.tolist(), terms_out.tolist(), rows,
            thresholds.vocabulary + 1,
        ),
    )  # fmt: skip


def _bars(
    title: str,
    inside: Sequence[int],
    outside: Sequence[int],
    ticks: Sequence[tuple[float, str]],
    line: float,
) -> Markup:
    """Stacked bars; places of ticks and of the line are counted in bars."""
    step = WIDTH / len(inside)
    high = (HEIGHT - HEAD - FOOT) / max(max(map(sum, zip(inside, outside, strict=True))), 1)
    parts, ground = [], HEIGHT - FOOT
    for place, counts in enumerate(zip(inside, outside, strict=True)):
        top = float(ground)
        for count, key, colour in zip(counts, ("fashion", "other"), (FASHION, OTHER), strict=True):
            top -= count * high
            said = f"{thousands(count)} posts, {VERDICT_NAMES[key]}"
            bar = (place * step, top, step * (1 - GAP), count * high, colour, said)
            parts += [BAR.format(*bar)] if count else []
    parts += [TEXT.format(place * step, ground + 15, "middle", name) for place, name in ticks]
    parts += [
        TEXT.format(WIDTH / 2, HEIGHT - 5, "middle", title),
        TEXT.format(0, 14, "start", f"posts; {VERDICT_NAMES['fashion']} dark, the others light"),
        LINE.format(min(line, len(inside)) * step, HEAD - 8, ground, THRESHOLD),
    ]
    return SVG.format(title, WIDTH, HEIGHT, WIDTH, Markup("").join(parts))
