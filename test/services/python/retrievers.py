"""Retrievers of every kind that there is, for the services tests."""

import dspex
import dspy
import numpy as np

NOTES = [
    "The printer is on the second floor.",
    "Invoices are sent on the first of the month.",
    "The coffee machine needs water.",
    "Passwords are reset by the help desk.",
]
WORDS = sorted({word.strip(".").lower() for note in NOTES for word in note.split()})

made = []


def embed(texts):
    """Counts words: an embedder that needs no model."""
    rows = [[float(word in text.lower()) for word in WORDS] for text in texts]
    return np.array(rows, dtype=np.float32)


def make_notes():
    made.append("notes")
    return dspy.Embeddings(NOTES, embed, k=2)


dspex.retriever("notes", make=make_notes)
dspex.retriever(
    "scored",
    make=lambda: dspy.retrievers.embeddings.EmbeddingsWithScores(NOTES, embed, k=3),
)


@dspex.retriever("by-length")
def by_length(query, k=3):
    return sorted(NOTES, key=len)[:k]


@dspex.retriever("rows")
async def rows(query, k):
    return [{"long_text": note, "score": 1 / (1 + place)} for place, note in enumerate(NOTES[:k])]


class FixedRetrieve(dspy.Retrieve):
    def forward(self, query, k=None):
        return dspy.Prediction(passages=NOTES[: k or self.k])


dspex.retriever("retrieve", make=lambda: FixedRetrieve(k=1))


@dspex.retriever("broken")
def broken(query):
    return 7


@dspex.register("times-made")
def times_made():
    return len(made)
