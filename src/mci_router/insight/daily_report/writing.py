"""The mail: its text, its table, and a chart within it. Pure.

Many programs for mail show no SVG: the table says it all.
Everything that others have named is escaped, and a mail carries nothing that has to be fetched.
"""

import hashlib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from mci_router.clock import utc_now
from mci_router.insight.daily_report.figures import DayFigures, QueueOfDay

HEADINGS = ("Queue", "Offered", "Answered", "Service level", "Goal", "Abandonment", "ASA", "AHT")
WIDTH, HEIGHT, FOOT = 600, 150, 18  # of the chart, in pixels
INK, SOFT, LINE, BAR, MISSED = "#18202d", "#566073", "#d6dbe4", "#1f5fbf", "#b3261e"
CELL = f"padding:6px 10px;border-bottom:1px solid {LINE};"


def mail_of(figures: DayFigures, sender: str, recipient: str, workspace: str, link: str = "") -> EmailMessage:
    """Returns the mail; its id is that of the day and recipient, so that one sent twice is known to be the same."""
    mail = EmailMessage()
    known = hashlib.sha256(f"{workspace}\n{figures.day}\n{recipient.casefold()}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<report-{known}@{sender.rpartition('@')[2]}>"
    mail["Date"] = format_datetime(utc_now())
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject_of(figures)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text_of(figures, link))
    mail.add_alternative(html_of(figures, link), subtype="html")
    return mail


def subject_of(figures: DayFigures) -> str:
    """Returns the mail's subject."""
    title = " ".join(figures.workspace.split())
    return f"{title}: {_date(figures)}, {figures.contacts:,} contacts"


def text_of(figures: DayFigures, link: str = "") -> str:
    """Returns the report as plain text."""
    rows = [HEADINGS, *(_cells(queue) for queue in figures.queues)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows] if figures.queues else [NOTHING]
    busy = f"{_sum(figures)}\n\n" + "\n".join(lines)
    return f"{figures.workspace}, {_date(figures)}\n\n{busy}\n{f'{chr(10)}{link}{chr(10)}' if link else ''}"


def html_of(figures: DayFigures, link: str = "") -> str:
    """Returns the report as HTML, with its styles and its chart within it."""
    head = "".join(_cell("th", text, first=place == 0) for place, text in enumerate(HEADINGS))
    rows = "".join(f"<tr>{_row(queue)}</tr>" for queue in figures.queues)
    table = f'<table style="border-collapse:collapse"><tr>{head}</tr>{rows}</table>' if rows else f"<p>{NOTHING}</p>"
    more = f'<p><a href="{escape(link)}">All reports</a></p>' if link else ""
    return (
        f'<!doctype html><html lang="en"><body style="font:14px/1.5 sans-serif;color:{INK}">'
        f'<h1 style="font-size:18px">{escape(figures.workspace)}, {_date(figures)}</h1>'
        f"<p>{_sum(figures)}</p>{chart_of(figures)}{table}{more}</body></html>"
    )


def chart_of(figures: DayFigures) -> str:
    """Returns the contacts by hour as an SVG picture, which says in words what it shows."""
    most = max((count for _, count in figures.hours), default=0) or 1
    step = WIDTH / max(1, len(figures.hours))
    parts = []
    for place, (hour, count) in enumerate(figures.hours):
        tall = (HEIGHT - 2 * FOOT) * count / most
        left, top = place * step, HEIGHT - FOOT - tall
        parts.append(
            f'<rect x="{left + 1:.1f}" y="{top:.1f}" width="{step - 2:.1f}" height="{tall:.1f}" fill="{BAR}"/>'
        )
        middle = left + step / 2
        parts.append(_label(middle, HEIGHT - 4, hour))
        parts += [_label(middle, top - 3, f"{count:,}")] if count else []
    said = f"Contacts by hour: {', '.join(f'{hour}: {count}' for hour, count in figures.hours if count) or 'none'}"
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{said}" {size}>{"".join(parts)}</svg>'


NOTHING = "Nothing came to any queue."


def _label(middle: float, foot: float, text: str) -> str:
    return f'<text x="{middle:.1f}" y="{foot:.1f}" font-size="10" text-anchor="middle" fill="{SOFT}">{text}</text>'


def _row(queue: QueueOfDay) -> str:
    missed = queue.level is not None and queue.goal is not None and queue.level < queue.goal
    cells = enumerate(_cells(queue))
    return "".join(_cell("td", text, first=place == 0, bad=missed and place == 3) for place, text in cells)


def _cell(tag: str, text: str, *, first: bool, bad: bool = False) -> str:
    style = f"{CELL}text-align:{'left' if first else 'right'};{f'color:{MISSED};font-weight:bold;' if bad else ''}"
    return f'<{tag} style="{style}">{escape(text)}</{tag}>'


def _cells(queue: QueueOfDay) -> tuple[str, ...]:
    of = queue.stays
    counts = (queue.title, f"{of.offered:,}", f"{of.offered_answered:,}")
    shares = (_percent(queue.level), _percent(queue.goal), _percent(of.abandonment()))
    return (*counts, *shares, _seconds(of.asa_s()), _seconds(of.aht_s()))


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        text.ljust(width) if place == 0 else text.rjust(width)
        for place, (text, width) in enumerate(zip(row, widths, strict=True))
    ]


def _sum(figures: DayFigures) -> str:
    return f"{figures.contacts:,} contacts were accepted."


def _date(figures: DayFigures) -> str:
    return f"{figures.day:%A}, {figures.day.day} {figures.day:%B %Y}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds < 100 else f"{int(seconds) // 60}:{int(seconds) % 60:02} min"
