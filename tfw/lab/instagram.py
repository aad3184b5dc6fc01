r"""An invented file in the layout of the Instagram fashion data set, doi:10.7910/DVN/K7AW6F.

It has that file's 33 columns and its habits: one row for every brand of a post, posts that stand
twice with other like counts, ``\uXXXX`` escapes in ASCII, ``u"..."`` wrappers, mentions written
``@00000``, a blank behind the name of the column "Comments ". Captions and accounts are invented.
"""

import csv
import gzip
import io
import math
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import IO

from openpyxl import Workbook

from tfw.errors import InputError
from tfw.lab.dice import Dice
from tfw.lab.instagram_posts import NOT_FASHION, InventedPost, brand_categories, invented_post

COLUMNS = (
    "UserId", "Followings", "Followers", "MediaCount", "BrandName", "BrandCategory", "Hashtags",
    "Caption", "ImgURL", "Likes", "Comments ", "CreationTime", "Link", "Selfie", "BodySnap",
    "Marketing", "ProductOnly", "NonFashion", "Face", "Logo", "BrandLogo", "Smile", "Outdoor",
    "NumberOfPeople", "NumberOfFashionProduct", "Anger", "Contempt", "Disgust", "Fear",
    "Happiness", "Neutral", "Sadness", "Surprise",
)  # fmt: skip
DEFAULT_ROWS = 1_500
DEFAULT_SEED = 7
EMOTIONS = 8
# Instagram counts the milliseconds of a media id from here, above 23 bits of other things.
_ID_EPOCH = 1_314_220_021_721
_PERIOD = (1_453_248_000, 1_455_667_200)

Cell = str | int | float


def demo_file() -> Path:
    """The invented file that comes with the package: 1,500 rows, gzip."""
    return Path(str(files("tfw.lab") / "data" / "instagram-demo.tab.gz"))


def write_instagram_file(
    path: Path,
    rows: int = DEFAULT_ROWS,
    seed: int = DEFAULT_SEED,
    *,
    first_sheet: str | None = None,
) -> None:
    """Write an invented file; its ending chooses the layout.

    Args:
        path: ``.tab`` (as the archive's own download), ``.csv``, either also with ``.gz``, or
            ``.xlsx``.
        rows: how many rows, the header not counted.
        seed: which of the invented files.
        first_sheet: for ``.xlsx``, the name of an empty sheet before the one with the rows.

    Raises:
        InputError: another ending.
    """
    table = [COLUMNS, *instagram_rows(rows, seed)]
    if path.suffix == ".xlsx":
        _write_workbook(path, table, first_sheet)
        return
    layouts = {".tab": "\t", ".csv": ","}
    layout = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    if layout not in layouts:
        raise InputError(f"{path.name}: the layouts are .tab, .csv, .tab.gz, .csv.gz and .xlsx.")
    with path.open("wb") as file:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
                _write_text(packed, table, layouts[layout])
        else:
            _write_text(file, table, layouts[layout])


def instagram_rows(rows: int = DEFAULT_ROWS, seed: int = DEFAULT_SEED) -> list[list[Cell]]:
    """The rows in the order of the genuine file: by brand."""
    made: list[list[Cell]] = []
    number = 0
    while len(made) < rows:
        made.extend(_rows_of(invented_post(seed, number), seed))
        number += 1
    return sorted(made[:rows], key=lambda row: row[COLUMNS.index("BrandName")])


def escaped(caption: str) -> str:
    r"""A caption as the file writes it: ASCII, some in the ``u"..."`` of a Python 2 printout."""
    text = caption.encode("unicode_escape").decode("ascii")
    if "'" in caption and '"' in caption:
        return 'u\\"' + text.replace('"', '\\"') + '\\"'
    return f'u"{text}"' if "'" in caption else text


def _rows_of(post: InventedPost, seed: int) -> Iterator[list[Cell]]:
    """A row for every brand, and now and then one again with more likes."""
    dice = Dice(seed, "instagram row", post.number)
    second = dice.number(*_PERIOD)
    media_id = (second * 1000 - _ID_EPOCH) << 23 | post.number
    account: list[Cell] = [
        f"{media_id}_{dice.number(10**6, 4 * 10**9)}",
        float(int(dice.lognormal(420, 1.0))),
        float(int(dice.lognormal(1_451, 1.4))),
        int(dice.lognormal(420, 1.0)),
    ]
    texts = [", ".join(post.hashtags).encode("unicode_escape").decode(), escaped(post.caption)]
    likes, comments = int(dice.lognormal(23, 1.6)), int(dice.lognormal(1.3, 1.2))
    picture = f"https://media.standin.invalid/ig/{post.number}.jpg"
    link = f"https://instagram.standin.invalid/p/{media_id:x}/"
    image = _image(dice, post)
    for brand in post.brands:
        for seen_likes in (likes, likes + dice.number(1, 9)) if dice.chance(0.06) else (likes,):
            named: list[Cell] = [brand, brand_categories()[brand], *texts]
            yield [*account, *named, picture, seen_likes, comments, second, link, *image]


def _image(dice: Dice, post: InventedPost) -> list[Cell]:
    """What the data set's image models saw: five labels, five shares, two counts, emotions."""
    fashion = post.theme != NOT_FASHION
    labels = {0: 25, 1: 30, 2: 15, 3: 30} if fashion else {4: 85, 0: 15}
    chosen = dice.weighted(labels)
    face = chosen < 2 and dice.chance(0.7)
    emotions = [dice.share() ** 4 if face else 0.0 for _ in range(EMOTIONS)]
    total = math.fsum(emotions) or 1.0
    people = dice.lognormal(1.2, 0.5) if chosen < 3 else dice.share()
    return [
        *(int(place == chosen) for place in range(5)),
        *(float(int(value)) for value in (face, dice.chance(0.2), dice.chance(0.12))),
        *(float(int(value)) for value in (face and dice.chance(0.4), dice.chance(0.35))),
        round(people, 6),
        round(dice.lognormal(3.4, 0.5) if fashion else dice.share(), 5),
        *(round(value / total, 6) for value in emotions),
    ]


def _write_text(
    file: IO[bytes] | gzip.GzipFile, table: Sequence[Sequence[Cell]], mark: str
) -> None:
    text = io.TextIOWrapper(file, "ascii", newline="")
    csv.writer(text, delimiter=mark, lineterminator="\n").writerows(table)
    text.flush()
    text.detach()


def _write_workbook(path: Path, table: Sequence[Sequence[Cell]], first_sheet: str | None) -> None:
    book = Workbook(write_only=True)
    if first_sheet:
        book.create_sheet(first_sheet)
    sheet = book.create_sheet("fashion data on Instagram")
    for row in table:
        sheet.append(list(row))
    book.save(path)
