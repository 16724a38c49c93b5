"""Which configs are those of adaptation methods."""

import pytest

from mmadvent.errors import InputError
from mmadvent.models import Adaptation
from mmadvent.models.adaptations.building import build_method


@pytest.mark.parametrize(
    "wrong", [dict(type="MinEntropy"), dict(type="CrossEntropyLoss"), "MinEnt2", {}]
)
def test_unknown_method_is_refused_with_what_is_known(wrong):
    with pytest.raises(InputError) as error:
        build_method(wrong)
    sentence = str(error.value)
    assert sentence.startswith("model.adaptation must be a list of dicts whose type is one of ")
    known, _, got = sentence.partition("whose type is one of ")[2].rpartition(", got ")
    assert {"AdvEnt", "MinEnt"} <= set(known.split(", "))
    assert got == repr(wrong.get("type") if isinstance(wrong, dict) else wrong)


def test_a_method_whose_name_would_make_losses_of_its_logs_is_refused():
    class MyLossOfEntropy(Adaptation):
        pass

    with pytest.raises(InputError) as error:
        build_method(dict(type=MyLossOfEntropy))
    assert str(error.value) == (
        "the name of an adaptation method must not contain 'loss', which marks what is minimised "
        "among its values, got MyLossOfEntropy"
    )
