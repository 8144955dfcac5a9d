"""A bar chart as an SVG file: how many times as fast as each peer, one bar each. Written out by hand, so that it needs
no library and the same figures give the same file."""

from xml.sax.saxutils import escape

colors = {"read": "#7b61c9", "generate": "#2f7fc1", "assemble": "#2a9d6f", "link": "#d9822b"}
left, right, bar, gap, heading = 330, 90, 18, 8, 34
scale_width = 420


def draw(title, rows):
    """rows: (stage, what, peer, factor), in the order of the bars; factor 2 is twice as fast as the peer."""
    longest = max([factor for *_, factor in rows] + [1])
    width = left + scale_width + right
    body, y, stage_before = [], 58, None
    per_unit = scale_width / longest
    for stage, what, peer, factor in rows:
        if stage != stage_before:
            y += 12
            body.append(f'<text x="16" y="{y + 12}" class="stage">{escape(stage)}</text>')
            y += heading - 12
            stage_before = stage
        length = max(1.0, factor * per_unit)
        body.append(f'<text x="{left - 8}" y="{y + 13}" class="label">{escape(what)}, {escape(peer)}</text>')
        body.append(f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{bar}" rx="2" fill="{colors.get(stage, "#777")}"/>')
        body.append(f'<text x="{left + length + 6:.1f}" y="{y + 13}" class="value">{factor:.2f}x</text>')
        y += bar + gap
    height = y + 16
    one = left + per_unit
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        "<style>text{font-size:12px;fill:#333}.title{font-size:15px;font-weight:bold}.stage{font-weight:bold}"
        ".label{text-anchor:end}.value{font-weight:bold}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="16" y="26" class="title">{escape(title)}</text>',
        '<text x="16" y="46">the peer\'s processor time divided by ours, on the same input in the same run; right of the line Lathe is faster</text>',
        *body,
        f'<line x1="{one:.1f}" y1="60" x2="{one:.1f}" y2="{height - 10}" stroke="#333" stroke-dasharray="3 3"/>',
        "</svg>", ""])
