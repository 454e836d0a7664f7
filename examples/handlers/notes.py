"""A retriever for `python-retriever.ts`: DSPy's embeddings search over a few notes, with an embedder that needs no model."""

import dspex
import dspy
import numpy as np

NOTES = [
    "The printer is on the second floor, beside the kitchen.",
    "Invoices are sent on the first day of the month.",
    "Passwords are reset by the help desk.",
]
WORDS = sorted({word.strip(".,").lower() for note in NOTES for word in note.split()})


def embed(texts):
    """One number for each word that the notes know."""
    return np.array([[float(word in text.lower()) for word in WORDS] for text in texts], dtype=np.float32)


# Made with the first query: only a worker that is asked embeds the notes.
dspex.retriever("notes", make=lambda: dspy.retrievers.embeddings.EmbeddingsWithScores(NOTES, embed, k=3))
