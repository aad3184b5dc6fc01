"""What the desk of topics works on: a stored model, its edits, and its share of the posts."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tfw.desk.access import access, person
from tfw.errors import InputError
from tfw.relevance.brands import glued
from tfw.relevance.instagram import InstagramPost, read_instagram
from tfw.relevance.learn import corpus
from tfw.relevance.spelling import usual_spelling
from tfw.relevance.topic_editing import as_learnt, groups, name_of
from tfw.relevance.topic_edits import EditKind
from tfw.relevance.topic_names import Topic
from tfw.relevance.topic_shares import TopicShares, read_shares
from tfw.relevance.topic_versions import StoredModel, edit_topics, stored_models, undo_edit
from tfw.relevance.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from tfw.store import Store

Posts = Sequence[InstagramPost] | str | Path
NO_CORPUS = (
    "The texts that the model was learnt from are needed: give the desk posts=..., the file of the "
    "Instagram data set."
)


class TopicsState:
    """One stored model as the desk shows it.

    Args:
        store: the database.
        vocabulary: id of the vocabulary, or ``"latest"``.
        posts: the Instagram posts, or their file, for learning with other numbers of topics.
    """

    def __init__(self, store: "Store", vocabulary: str, posts: Posts | None) -> None:
        self.store = store
        self._posts = posts
        self._documents: list[list[str]] | None = None
        self._shares: dict[str, TopicShares] = {}
        self.vocabulary = load_vocabulary(store, vocabulary)
        self.models = stored_models(store)

    def open(self, vocabulary_id: str) -> None:
        """Show another stored vocabulary, or this one as it is in the database now."""
        self.vocabulary = load_vocabulary(self.store, vocabulary_id)
        self.models = stored_models(self.store)

    @property
    def model(self) -> StoredModel | None:
        """The vocabulary among the stored models; None for one that has no topics."""
        return next((m for m in self.models if m.id == self.vocabulary.id), None)

    @property
    def groups(self) -> dict[int, list[Topic]]:
        """The topics that stand for themselves, by number, each with those merged into it."""
        return groups(self.vocabulary.topics)

    def names(self) -> dict[int, str]:
        """What each topic of the map is called, with what was said about it."""
        found = {}
        for group in self.groups.values():
            for topic in group:
                name = name_of(group[0])
                note = "" if topic.fashion else " (not fashion)"
                merged = f", merged into topic {topic.merged_into}" if topic.merged_into else ""
                found[topic.topic] = f"{name}{note}{merged}"
        return dict(sorted(found.items()))

    def edit(
        self,
        kind: EditKind,
        *,
        topics: Sequence[int] = (),
        terms: Sequence[str] = (),
        name: str | None = None,
    ) -> bool:
        """Make an edit and keep it; True when posts need scoring again.

        Raises:
            AccessError: the page is read-only.
            InputError: the edit cannot be made.
            BusyError: somebody changed the vocabulary meanwhile.
        """
        access().check()
        edited = edit_topics(
            self.store,
            self.vocabulary,
            kind,
            by=person(),
            topics=topics,
            terms=terms,
            name=name,
        )
        return self._changed_to(edited)

    def undo(self, edit_id: str) -> bool:
        """Take an edit back; True when posts need scoring again.

        Raises:
            AccessError: the page is read-only.
            InputError: there is no such edit.
            BusyError: somebody changed the vocabulary meanwhile.
        """
        access().check()
        return self._changed_to(undo_edit(self.store, self.vocabulary, edit_id, by=person()))

    def _changed_to(self, edited: Vocabulary) -> bool:
        """Show the edited vocabulary; whether its terms, and with them its id, are others."""
        before = self.vocabulary.id
        self.open(edited.id)
        return self.vocabulary.id != before

    @property
    def shares(self) -> TopicShares | None:
        """The shares of the stored posts, once they were read; edits do not change them."""
        return self._shares.get(as_learnt(self.vocabulary).id)

    def read_shares(
        self,
        told: Callable[[int], None] = lambda posts: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> TopicShares:
        """Read the stored posts once for the topics of the model."""
        vocabulary = as_learnt(self.vocabulary)
        found = read_shares(self.store, vocabulary.topics, told=told, stopped=stopped)
        if found.complete:
            self._shares[vocabulary.id] = found
        return found

    def states(self) -> dict[str, str]:
        """Of each topic's words: ``in`` the vocabulary, taken ``out``, or ``ordinary`` talk."""
        there = {glued(term.term) for term in self.vocabulary.terms}
        removed = {glued(entry.term.term) for entry in self.vocabulary.removed}
        words = {entry.term for topic in self.vocabulary.topics for entry in topic.terms}
        forms = {word: glued(usual_spelling(word)) for word in words}
        return {
            word: "in" if form in there else "out" if form in removed else "ordinary"
            for word, form in forms.items()
        }

    @property
    def has_posts(self) -> bool:
        """Whether the texts to learn from were given."""
        return self._posts is not None

    def instagram_posts(self) -> Sequence[InstagramPost]:
        """The posts to learn from.

        Raises:
            InputError: none were given.
            FileFormatError: their file cannot be read.
        """
        if self._posts is None:
            raise InputError(NO_CORPUS)
        if isinstance(self._posts, str | Path):
            self._posts = read_instagram(self._posts)
        return self._posts

    def documents(self) -> list[list[str]]:
        """The tokenised texts that models are learnt from.

        Raises:
            InputError: none were given.
        """
        if self._documents is None:
            self._documents = corpus(self.instagram_posts())
        return self._documents
