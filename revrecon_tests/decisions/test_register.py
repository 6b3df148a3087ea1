import pytest

from revrecon.decisions.contradictions import Contradiction, require_no_contradiction
from revrecon.decisions.register import DecisionRegister
from revrecon_tests.decisions.accounts import said


def test_a_decision_is_kept_once_and_read_back_as_it_was(tmp_path):
    register = DecisionRegister(f"sqlite:///{tmp_path / 'ledger.db'}")
    decision = said("same", "A1", "A2")
    register.add([decision])
    register.add([decision])
    assert register.all() == [decision]


def test_the_opposite_of_what_stands_is_refused_also_through_others():
    held = [said("same", "A1", "A2"), said("same", "A2", "A3")]
    with pytest.raises(Contradiction, match="never the same"):
        require_no_contradiction(held, said("never_same", "A1", "A3"))
    with pytest.raises(Contradiction, match="withdraw"):
        require_no_contradiction([said("never_same", "A1", "A3"), held[0]], held[1])
    require_no_contradiction(held, said("never_same", "A1", "A4"))
