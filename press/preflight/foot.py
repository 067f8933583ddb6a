"""The foot of each page, and what stands at its head: text that belongs to no part of the document."""

import re
from collections.abc import Iterator, Sequence

from press.preflight.composed import letters
from press.preflight.printed import Sheet, Tags
from press.preflight.promise import Finding, Promise

_WORDS = re.compile(r"\w+")


def checked(sheets: Sequence[Sheet], tags: Tags, promise: Promise) -> Iterator[Finding]:
    """Each page says in its foot what was promised, and nothing else stands outside the tags."""
    reached = {(page, mark) for page, mark, _ in tags.contents}
    for number, sheet in enumerate(sheets, start=1):
        texts = [run.text for run in sheet.runs if (number, run.mark) not in reached]
        said = letters("".join(texts)).upper()
        for part in promise.foot if number > promise.covers else ():
            wanted = part.replace("{page}", str(number)).replace("{pages}", str(len(sheets)))
            before, found, after = said.partition(letters(wanted).upper())
            if not found:
                shown = " ".join(texts).strip()
                told = f"page {number}: the foot does not say '{wanted}'" + (f"; it says '{shown}'" if shown else "")
                yield Finding("wrong-foot", told, "mend the margin boxes of the style sheet, or the template")
                return
            said = f"{before} {after}"
        for head in promise.heads:
            said = said.replace(letters(head).upper(), " ", 1)
        if stray := _WORDS.findall(said):
            told = f"page {number}: '{' '.join(stray)}' is printed outside the text and was not written"
            yield Finding("wrong-foot", told, "mend the margin boxes of the style sheet")
            return
