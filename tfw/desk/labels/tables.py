"""What has been labelled so far, in tables: by coder, how coders agree, what a head gains."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from tfw.desk.tables import Column, table
from tfw.relevance.agreement import Agreement, agreements
from tfw.relevance.head_gain import HeadTraining
from tfw.relevance.label_draws import DRAWS
from tfw.relevance.labels import ADJUDICATED, LabelValue, disputed, random_sample, truth
from tfw.relevance.replay import ScoreColumns

WAYS: Mapping[str, str] = {
    "near": DRAWS["near"],
    "random": DRAWS["random"],
    "uncertain": DRAWS["uncertain"],
    "second": "second coder",
    "adjudication": "settled",
    "": "imported or unknown",
}
NOTHING = "There are no labels yet. Label posts with the keys above, or import a file."
# Fewer doubly labelled posts say little about agreement (the interval of kappa says how little).
FEW = 30


def label_counts(labels: pd.DataFrame) -> Markup:
    """How many labels there are by coder, what they say and how their posts were drawn."""
    ways = [way for way in WAYS if (_drawn(labels) == way).any()]
    columns = [
        Column("coder"),
        *(Column(str(value), number=True) for value in LabelValue),
        Column("all", number=True),
        *(Column(WAYS[way], number=True, hint="how the posts were drawn") for way in ways),
    ]
    rows = [_coder_row(str(coder), own, ways) for coder, own in labels.groupby("coder")]
    counted = table(columns, rows, caption="Labels by coder", empty=NOTHING)
    return counted + _in_all(labels) if rows else counted


def what_is_left(labels: pd.DataFrame, columns: ScoreColumns) -> Markup:
    """How many posts wait for a label, for each second coder, and to be settled."""
    labelled = set(labels["post_id"])
    people = labels[labels["coder"] != ADJUDICATED]
    everything = set(people["post_id"])
    new = len(set(columns.post_ids.tolist()) - labelled)
    rows: list[tuple[str, int]] = [("scored posts that nobody has labelled", new)]
    rows += [
        (f"posts of other coders that {coder} has not labelled", len(everything - set(own)))
        for coder, own in people.groupby("coder")["post_id"]
    ]
    settled = set(labels.loc[labels["coder"] == ADJUDICATED, "post_id"])
    rows.append(("posts on which coders differ, not settled", len(disputed(labels) - settled)))
    return table([Column("what"), Column("posts", number=True)], rows, caption="What is left")


def agreement_tables(labels: pd.DataFrame, hidden: str | None = None) -> Markup:
    """How every two coders agree, with kappa and its interval, and where they differ.

    Args:
        labels: all labels.
        hidden: a coder whose blind pass goes on; nothing of theirs is shown.
    """
    shown = labels[labels["coder"] != hidden] if hidden else labels
    found = agreements(shown) if len(shown) else []
    return table(
        [
            Column("coders"),
            Column("posts", number=True, hint="that both labelled"),
            Column("same label", number=True, hint="share with its 95 % interval"),
            Column("Cohen's kappa", number=True, hint="agreement beyond chance, 95 % interval"),
            Column("differ on", number=True),
            Column("still open", number=True, hint="differences that nobody has settled"),
        ],
        [_agreement_row(one, labels) for one in found],
        caption="Agreement of coders who did not see each other's labels",
        empty="No post was labelled by two coders yet. A second coder's pass gives the agreement.",
    ) + _few(found)


def gain_table(training: HeadTraining) -> Markup:
    """What a head gains over the stored label score, with the interval of the difference."""
    figures = training.head.figures
    rows = [
        (
            gain.measure,
            *(Markup("{:.3f}").format(value) for value in (gain.stored, gain.head)),
            Markup("{:+.3f} ({:+.3f} to {:+.3f})").format(gain.difference, gain.low, gain.high),
            gain.in_words,
        )
        for gain in training.gains
    ]
    return table(
        [
            Column("measure"),
            Column("stored label score", number=True),
            Column("head, cross-validated", number=True),
            Column("difference (95 %)", number=True),
            Column("the head is"),
        ],
        rows,
        caption=(
            f"head:{training.head.name} on {training.compared:,} labelled posts it had not seen; "
            f"trained on {figures.texts:,}, of which {figures.fashion:,} are fashion"
        ),
        empty="The stored label score and the head cannot be compared yet.",
    ) + Markup("").join(Markup('<p class="soft">{}</p>').format(one) for one in training.cautions)


def heads_table(heads: Iterable[dict[str, object]]) -> Markup:
    """The heads that were trained so far, with their cross-validated figures."""
    rows = []
    for head in heads:
        figures = head["figures"]
        assert isinstance(figures, dict)
        values = (figures["mean"]["f1"], figures["mean"]["auc"])
        scores = (Markup("{:.3f}").format(value) for value in values)
        rows.append((f"head:{head['_id']}", head["created_at"], figures["texts"], *scores))
    numbers = [Column(name, number=True) for name in ("labels", "F1", "AUC")]
    return table(
        [Column("model"), Column("trained"), *numbers],
        rows,
        caption="Models trained on labels, cross-validated",
        empty="No model was trained on labels yet.",
    )


def _drawn(labels: pd.DataFrame) -> pd.Series:
    return labels["drawn"].where(labels["drawn"].isin(list(WAYS)), "")


def _coder_row(coder: str, own: pd.DataFrame, ways: Sequence[str]) -> tuple[object, ...]:
    said, drawn = own["label"].value_counts(), _drawn(own).value_counts()
    name = "adjudicated (disagreements settled)" if coder == ADJUDICATED else coder
    values = (int(said.get(value, 0)) for value in LabelValue)
    return name, *values, len(own), *(int(drawn.get(way, 0)) for way in ways)


def _in_all(labels: pd.DataFrame) -> Markup:
    settled = truth(labels)
    return Markup(
        '<p class="soft">{:,} posts are labelled, {:,} of them settled; {:,} were drawn at random '
        "and speak of the whole collection.</p>"
    ).format(len(settled), int(settled.notna().sum()), random_sample(labels)["post_id"].nunique())


def _agreement_row(one: Agreement, labels: pd.DataFrame) -> tuple[object, ...]:
    settled = set(labels.loc[labels["coder"] == ADJUDICATED, "post_id"])
    still_open = len(set(one.disagreements) - settled)
    kappa = str(one.kappa) if one.kappa else "not defined: one label only"
    names = f"{one.first} and {one.second}"
    return names, one.posts, str(one.same), kappa, len(one.disagreements), still_open


def _few(found: Sequence[Agreement]) -> Markup:
    if not found or max(one.posts for one in found) >= FEW:
        return Markup("")
    return Markup('<p class="soft">{}</p>').format(
        f"Fewer than {FEW} posts in common: the interval of kappa is wide."
    )
