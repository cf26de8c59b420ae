"""`clinicbot content check`: does the content hold together, can it be read, reached, trusted?"""

from __future__ import annotations

import sys

from clinicbot.checking.content import find_problems
from clinicbot.checking.guarded import find_guarded_problems
from clinicbot.checking.personal import find_personal, read_texts
from clinicbot.checking.readability import find_hard_texts
from clinicbot.checking.wordings import find_overlaps, find_wording_problems, read_wordings
from clinicbot.knowledge.content_files import load_clinic_facts, load_content
from clinicbot.knowledge.danger_files import FILE as DANGER_FILE
from clinicbot.knowledge.danger_files import load_danger_wordings
from clinicbot.knowledge.guarded_files import guarded_phrases, read_guarded_topics
from clinicbot.knowledge.masking_files import load_masker, load_training_rules
from clinicbot.settings import PROJECT_ROOT, Settings


def check(settings: Settings) -> int:
    """Prints every problem, one a line; gives 0 if there is none, else 1."""
    content = load_content(settings.content)
    load_clinic_facts(settings.content)
    guards = guarded_phrases(read_guarded_topics(settings.content)).guards
    wordings = read_wordings(PROJECT_ROOT / "data" / "nlu.yml")
    held_out = sorted((PROJECT_ROOT / "tests" / "nlu").glob("held_out*.yml"))
    problems = [
        *find_problems(content),
        *find_guarded_problems(guards, content),
        *find_hard_texts(content),
        *find_wording_problems(content, wordings),
        *find_overlaps(wordings, held_out),
        *find_personal(
            [*read_texts(PROJECT_ROOT / "data"), *_danger_texts(settings)],
            load_masker(settings.content),
            load_training_rules(settings.content),
        ),
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(
        f"{len(content.answers)} answers, {len(content.claims)} claims, {len(wordings)} wordings: "
        + (f"{len(problems)} problems." if problems else "no problem found.")
    )
    return 1 if problems else 0


def _danger_texts(settings: Settings) -> list[tuple[str, str]]:
    return [(DANGER_FILE, text) for text, _ in load_danger_wordings(settings.content)]
