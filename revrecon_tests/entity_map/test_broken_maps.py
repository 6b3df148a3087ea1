"""Maps that are broken in one place, and the exact lines that a person reads.

The stories are in `broken/*.txt`. Each has a title (`=`), an edit of the small map in the form of a diff (` `, `-` and
`+`) and the lines that must be said of it (`!`).
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from revrecon.entity_map import MapProblems, parse_map
from revrecon.entity_map.document import read_document
from revrecon.entity_map.rules import RULES
from revrecon.entity_map.shape import shaped


@dataclass(frozen=True)
class Story:
    """One edit of the small map and what is said of it."""

    title: str
    old: str
    new: str
    said: list[str]


def _stories() -> list[Story]:
    files = sorted(Path(__file__).with_name("broken").glob("*.txt"))
    return [_story(block) for file in files for block in file.read_text(encoding="utf-8").split("\n\n")]


def _story(block: str) -> Story:
    lines = block.strip("\n").splitlines()
    return Story(
        title=lines[0].removeprefix("= "),
        old="".join(line[1:] + "\n" for line in lines if line[0] in " -"),
        new="".join(line[1:] + "\n" for line in lines if line[0] in " +"),
        said=[line[2:] for line in lines if line[0] == "!"],
    )


STORIES = _stories()


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_a_broken_map_says_what_is_wrong_where_and_what_to_do(story: Story, small_text: str) -> None:
    assert small_text.count(story.old) == 1, "the story must change one place of the small map"
    with pytest.raises(MapProblems) as told:
        parse_map(small_text.replace(story.old, story.new))
    assert [str(problem) for problem in told.value.problems] == story.said


def test_there_are_stories_of_every_chapter() -> None:
    assert len(STORIES) > 100
    assert len({story.title for story in STORIES}) == len(STORIES)


def test_mistakes_of_different_chapters_are_told_together_in_the_order_of_their_lines(small_text: str) -> None:
    broken = (
        small_text.replace("representative: ben", "representative: bne")
        .replace("canonical_system: crm\n    replication:\n      crm:\n        object: Deal", "canonical_system: crn\n"
                 "    replication:\n      crm:\n        object: Deals")
        .replace("{sum: {net amount: net_amount}}", "{sum: {net amount: net_amuont}}")
    )  # fmt: skip
    with pytest.raises(MapProblems) as told:
        parse_map(broken)
    assert str(told.value) == (
        "entity_map.yaml has 4 problems:\n"
        "  line 34: systems.books.representative: 'bne' is no person of the map; did you mean 'ben'?\n"
        "  line 84: entities.deal.canonical_system: 'crn' is no copy of deal; did you mean 'crm'?\n"
        "  line 87: entities.deal.replication.crm.object: 'Deals' is no object of crm; did you mean 'Deal'?\n"
        "  line 136: numbers.pipeline.definitions.canonical.measure.sum.net amount: the formula uses 'net_amuont', "
        "which is no field of deal; did you mean 'net_amount'?"
    )


def test_every_rule_has_a_story_in_which_it_does_not_hold(small_text: str) -> None:
    silent = set(RULES)
    for story in STORIES:
        document, problems = read_document(small_text.replace(story.old, story.new))
        entity_map = None if problems else shaped(document)[0]
        if entity_map is not None:
            silent -= {rule for rule in silent if list(rule(entity_map))}
    assert sorted(rule.__name__ for rule in silent) == []
