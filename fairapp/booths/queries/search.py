"""Finding listings by words: pairs of neighbouring characters, prepared here and kept in the database's own index.

Korean glues endings and words together (재무담당자), so whole words miss and pairs find: 재무 무담 담당 당자. The index is
the table listing_search: FTS5 on SQLite, a tsvector with GIN on PostgreSQL; the second migration makes it.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from sqlalchemy import ColumnElement, bindparam, column, false, literal_column, select, table, text
from sqlalchemy.orm import Session

from fairapp.booths.models import Listing

WORD = re.compile(r"[^\W_]+")
HANGUL = re.compile(r"[가-힣]")
# Names whose signs are what tells them apart.
SIGNED = (("c++", "cplusplus"), ("c#", "csharp"), ("f#", "fsharp"))
MOST_ASKED = 40  # pairs of a question


def folded(words: str) -> str:
    """Return the text as it is compared: width, case and composition folded."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    for signed, spelled in SIGNED:
        plain = plain.replace(signed, spelled)
    return plain


def pairs(words: str) -> list[str]:
    """Return every pair of neighbouring characters within the words of a text; a word of one character is itself."""
    found = []
    for word in WORD.findall(folded(words)):
        found += [word] if len(word) == 1 else [word[n : n + 2] for n in range(len(word) - 1)]
    return found


def indexed(texts: Iterable[str]) -> list[str]:
    """Return what the index keeps of these texts, each once, in order.

    Beside the pairs: the last character of each word, so that one character is found wherever it stands, and the pair
    across a space between Korean words, so that 데이터분석 finds 데이터 분석.
    """
    kept: dict[str, None] = {}
    for one in texts:
        kept |= dict.fromkeys(pairs(one))
        words = WORD.findall(folded(one))
        kept |= dict.fromkeys(word[-1] for word in words)
        for left, right in pairwise(words):
            if HANGUL.match(left[-1]) and HANGUL.match(right[0]):
                kept[left[-1] + right[0]] = None
    return list(kept)


def matches(session: Session, question: str) -> ColumnElement[bool]:
    """Whether a listing holds every word of the question; none where the question has no letter and no digit."""
    asked = list(dict.fromkeys(pairs(question)))[:MOST_ASKED]
    if not asked:
        return false()
    index = table("listing_search", column("listing_id"), column("words"))
    if session.get_bind().dialect.name == "sqlite":
        # One character stands for all pairs that begin with it.
        sought = " AND ".join(f'"{one}"' if len(one) == 2 else f'"{one}" *' for one in asked)
        match = literal_column("listing_search").op("MATCH")(bindparam(None, sought))
        return Listing.id.in_(select(literal_column("rowid")).select_from(index).where(match))
    sought = " & ".join(f"'{one}'" if len(one) == 2 else f"'{one}':*" for one in asked)
    found = text("words @@ CAST(:sought AS tsquery)").bindparams(sought=sought)
    return Listing.id.in_(select(index.c.listing_id).where(found))
