"""When a comment was written, from the text beside it: "3h ago", "vor 2 Tagen", "4-11".

The page rounds down and drifts ("2d ago" is true for a whole day), so a time has a precision, and
is worth less than the exact second that the site's own list replies tell.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tfw.records import TimePrecision

UNITS: dict[TimePrecision, timedelta] = {
    TimePrecision.SECOND: timedelta(seconds=1),
    TimePrecision.MINUTE: timedelta(minutes=1),
    TimePrecision.HOUR: timedelta(hours=1),
    TimePrecision.DAY: timedelta(days=1),
    TimePrecision.WEEK: timedelta(weeks=1),
    TimePrecision.YEAR: timedelta(days=365),
}
# English, German, Spanish, Vietnamese, French, Portuguese, Italian and Indonesian.
UNIT_WORDS: dict[TimePrecision, str] = {
    TimePrecision.SECOND: """s sec secs second seconds sek sekunde sekunden seg segundo segundos
        giây seconde secondes secondo secondi detik dtk""",
    TimePrecision.MINUTE: """m min mins minute minutes minuten minuto minutos phút minuti menit
        mnt""",
    TimePrecision.HOUR: """h hr hrs hour hours std stunde stunden hora horas giờ heure heures ora
        ore jam""",
    TimePrecision.DAY: """d day days tg tag tage tagen día días dia dias ngày j jour jours g giorno
        giorni hari""",
    TimePrecision.WEEK: """w wk wks week weeks wo woche wochen sem semana semanas tuần semaine
        semaines sett settimana settimane minggu mgg""",
    TimePrecision.YEAR: """y yr yrs year years jahr jahre jahren año años năm an ans année années
        ano anos anno anni tahun""",
}
NOW_WORDS = """just now|now|gerade eben|jetzt|ahora mismo|ahora|vừa xong|à l'instant|agora mesmo|
    agora|adesso|baru saja"""
YESTERDAY_WORDS = "yesterday|gestern|ayer|hôm qua|hier|ontem|ieri|kemarin"

UNIT_OF = {
    unicodedata.normalize("NFC", word): precision
    for precision, words in UNIT_WORDS.items()
    for word in words.split()
}
NOW = frozenset(" ".join(words.split()) for words in NOW_WORDS.split("|"))
YESTERDAY = frozenset(YESTERDAY_WORDS.split("|"))
AGO = re.compile(
    r"(?:vor|hace|há|il y a)?\s*(\d{1,4})\s*([^\W\d_]+)\.?(?:\(\w+\))?"
    r"\s*(?:ago|trước|atrás|fa|lalu|yang lalu)?"
)
DATE = re.compile(r"(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})")
# German writes the day first, with dots.
DATE_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")


@dataclass(frozen=True)
class TextTime:
    """The latest moment that a time text can mean, and how exact that is."""

    at: datetime
    precision: TimePrecision


def read_time_text(text: str, collected_at: datetime) -> TextTime | None:
    """The time that a text means when it was shown at ``collected_at``; None if it is no time.

    A date without a year is the last such day before the collection.

    >>> read_time_text("2d ago", datetime(2026, 11, 22, 12, tzinfo=UTC)).at.isoformat()
    '2026-11-20T12:00:00+00:00'
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).casefold().strip("·• \t\n").split())
    if tidy in NOW:
        return TextTime(collected_at, TimePrecision.MINUTE)
    if tidy in YESTERDAY:
        return TextTime(collected_at - timedelta(days=1), TimePrecision.DAY)
    return _ago(tidy, collected_at) or _date(tidy, collected_at)


def _ago(text: str, collected_at: datetime) -> TextTime | None:
    found = AGO.fullmatch(text)
    precision = UNIT_OF.get(found.group(2)) if found else None
    if found is None or precision is None:
        return None
    return TextTime(collected_at - int(found.group(1)) * UNITS[precision], precision)


def _date(text: str, collected_at: datetime) -> TextTime | None:
    if found := DATE_DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := DATE.fullmatch(text):
        year, month, day = found.groups()
    else:
        return None
    return _day(int(year) if year else None, int(month), int(day), collected_at)


def _day(year: int | None, month: int, day: int, collected_at: datetime) -> TextTime | None:
    # The site may be up to a day ahead of UTC.
    latest = collected_at + timedelta(days=1)
    years = [year] if year else [latest.year - back for back in range(8)]  # 8: 29 February
    for candidate in years:
        try:
            at = datetime(candidate, month, day, tzinfo=UTC)
        except ValueError:
            continue
        if at <= latest:
            return TextTime(min(at, collected_at), TimePrecision.DAY)
    return None
