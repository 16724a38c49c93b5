"""The contract: which questions are asked, and what a step hands from one to the next."""

import pytest
import torch
from torch import nn

from mmadvent.errors import InputError
from mmadvent.models import Adaptation, MeanTeacher, PseudoLabel, Step
from mmadvent.structures import DomainOutput, LogitsLevel

QUESTIONS = ("target_losses", "further_losses", "discriminator_losses", "after_step")


class Watching(Adaptation):
    """Asks for nothing but the end of a step."""

    def after_step(self, step: Step) -> None:
        step.notes(self)["done"] = True


class Learning(Watching):
    """Adds a loss, and keeps the other's question."""

    def target_losses(self, step: Step) -> dict[str, torch.Tensor]:
        return {"loss": torch.zeros(())}


def test_a_question_is_asked_where_it_is_overridden() -> None:
    assert not any(Adaptation().asks(question) for question in QUESTIONS)
    assert [q for q in QUESTIONS if Watching().asks(q)] == ["after_step"]
    assert [q for q in QUESTIONS if Learning().asks(q)] == ["target_losses", "after_step"]


def test_an_inactive_method_is_asked_nothing() -> None:
    method = Learning()
    method.active = False
    assert not any(method.asks(question) for question in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS[:3])
def test_losses_have_no_default(question: str) -> None:
    with pytest.raises(NotImplementedError) as error:
        getattr(Watching(), question)(Step(None))
    assert str(error.value) == f"Watching does not define {question}"


def test_a_method_has_no_parameters_and_asks_for_little_of_its_own_accord() -> None:
    method = Adaptation()
    method.build(None, [])
    assert method.active and method.has_target_gradient
    assert not method.needs_source and not method.needs_pseudo_labels
    assert len(method.discriminators) == 0 and not list(method.parameters())


def test_notes_are_each_methods_own_and_gone_with_the_step() -> None:
    first, second = Watching(), Watching()
    step = Step(None)
    first.after_step(step)
    assert step.notes(first) == {"done": True} and step.notes(second) == {}
    assert Step(None).notes(first) == {}


def test_another_pass_goes_through_the_network() -> None:
    class Network(nn.Module):
        def target_forward(self, images: torch.Tensor, mask: object) -> DomainOutput:
            return DomainOutput(2 * images)

    images = torch.rand(1, 3, 2, 2, requires_grad=True)
    output = Step(Network()).forward(images)
    assert torch.equal(output.images, 2 * images) and output.images.requires_grad


def test_a_step_starts_before_the_optimizers() -> None:
    step = Step(None)
    assert (step.iteration, step.stepped, step.source) == (0, False, None)


@pytest.mark.parametrize("kind", [MeanTeacher, PseudoLabel])
@pytest.mark.parametrize("classes", [3, 7])
def test_levels_that_share_labels_must_share_classes(kind: type, classes: int) -> None:
    levels = [LogitsLevel("decode", 5), LogitsLevel("aux_0", 5), LogitsLevel("aux_1", classes)]
    with pytest.raises(InputError) as error:
        kind().build(None, levels)
    assert str(error.value) == (
        f"{kind.__name__} trains all levels on the same labels: they must have the 5 classes of "
        f"'decode' or a weight of 0 in model.level_weights, got {classes} classes for 'aux_1'"
    )
    kind(loss_weight=0).build(None, levels)
