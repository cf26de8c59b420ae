"""Do the guarded topics lead to answers that exist?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clinicbot.knowledge.content import Content
from clinicbot.knowledge.guarded import Guard


def find_guarded_problems(guards: Iterable[Guard], content: Content) -> Iterator[str]:
    """Rows whose answers or subjects do not exist, or that lead nowhere in particular."""
    for guard in guards:
        where = f"Guarded topic {guard.name}"
        for subject, answer in guard.answers:
            if answer not in content.answers:
                yield f"{where}: there is no answer {answer!r}."
            if subject is not None and subject not in content.subjects:
                yield f"{where}: there is no subject {subject!r}."
        if guard.topic in content.topics and None not in {subject for subject, _ in guard.answers}:
            yield f"{where}: has no answer for messages that name none of its subjects."
