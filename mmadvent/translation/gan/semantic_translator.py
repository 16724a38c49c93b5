"""Image-level adaptation: generators between two domains, and what keeps the content."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmengine.model import BaseModel, ModuleDict
from mmengine.registry import MODELS
from torch import Tensor, nn

from mmadvent.checks import check_choice, check_loss_weight
from mmadvent.errors import InputError
from mmadvent.functional import DOMAIN_OBJECTIVES, domain_accuracy, domain_loss
from mmadvent.models.adaptations import Step
from mmadvent.models.parts import DISCRIMINATOR
from mmadvent.models.train_step import SOURCE, TARGET, AdaptationStep, Pass
from mmadvent.structures import DomainOutput
from mmadvent.translation.gan.image_pool import ImagePool
from mmadvent.translation.gan.semantic_consistency import NO_CLASS, cross_entropy
from mmadvent.translation.gan.semantic_discriminator import SemanticDiscriminator
from mmadvent.translation.gan.translator_inputs import (
    check_pixel_range,
    check_sizes,
    join_domains,
    pixels_of,
)

REAL, TRANSLATED = 1.0, 0.0
OTHER = {"target": "source", "source": "target"}


@MODELS.register_module()
class SemanticTranslator(AdaptationStep, BaseModel):
    r"""Translate labeled source images into the look of the target, and back.

    .. math::
        \min_G\ & \lambda_{adv} L_{adv} + \lambda_{sem} L_{sem} + L_{rec} + L_{idt} + L_{con} \\
        \min_D\ & \tfrac{1}{2} L_D + \lambda_{sem} L_{sem}

    G has a generator to the target and, if ``two_way``, one to the source; D a discriminator for
    each. A source image x_s is translated into x_t' and back, and a target image likewise; each
    direction has its own backward pass, so the memory of a step is that of one direction. The
    discriminators learn on what the generators made before they stepped.

    - :math:`L_{adv}`: the discriminator of the image's new domain takes it for real.
    - :math:`L_{sem}`, with a :class:`SemanticDiscriminator`: it finds the source's labels in x_t',
      which both learn; the source's also learns them from x_s. The paper prints the first term with
      the discriminator of the source, and its figure 2 draws that of the target: taken from there.
    - :math:`L_{rec}`: what comes back is the image; by the weights of the source's classes.
    - :math:`L_{idt}`: a generator leaves an image of its own domain as it is.
    - :math:`L_{con}`: CyCADA's consistency with a frozen segmentor.
    - ``content`` compares x_t' with x_s itself: for one way, where nothing comes back. The paper's
      "GAN + sem + weight" is not described further; this reading of it is ours.

    No label of the target is read. Images are BGR in [-1, 1].

    Args:
        generator: config of the generators.
        discriminator: config of the discriminators.
        data_preprocessor: of both domains; has to map pixels to [-1, 1].
        two_way: whether there is a way back.
        objective: ``least_squares`` or ``cross_entropy``, the log form. The paper prints the
            latter; generators minimize :math:`-\log D(x')` then, as usual.
        adversarial_weight: :math:`\lambda_{adv}`.
        semantic_weight: :math:`\lambda_{sem}`, for both sides.
        reconstruction: config of :math:`L_{rec}`, with its weight.
        identity: config of :math:`L_{idt}`, with its weight.
        content: config of the distance of a translated source image from the source image.
        consistency: config of :math:`L_{con}`, with its weight.
        pool_size: of earlier translations for each discriminator.
        channels_last: whether the weights' channels are the last axis in memory.
        init_cfg: OpenMMLab's initialization config.

    Raises:
        InputError: if an argument is out of its range, or if one asks for a way back or for a
            semantic discriminator that is not there.

    Source: Zama Ramirez et al., IPAS 2018; Zhu et al., CycleGAN, ICCV 2017; Hoffman et al., CyCADA,
    ICML 2018.
    """

    ignore_index = NO_CLASS
    predicts = False

    def __init__(
        self,
        generator: dict,
        discriminator: dict,
        data_preprocessor: dict | None = None,
        two_way: bool = True,
        objective: str = "least_squares",
        adversarial_weight: float = 1.0,
        semantic_weight: float = 0.0,
        reconstruction: dict | None = None,
        identity: dict | None = None,
        content: dict | None = None,
        consistency: dict | None = None,
        pool_size: int = 50,
        channels_last: bool = False,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(data_preprocessor, init_cfg)
        check_pixel_range(data_preprocessor)
        self.objective = check_choice("model.objective", objective, DOMAIN_OBJECTIVES)
        self.adversarial_weight = check_loss_weight(adversarial_weight, "model.adversarial_weight")
        self.semantic_weight = check_loss_weight(semantic_weight, "model.semantic_weight")
        domains = ("target", "source") if two_way else ("target",)
        self.generators = ModuleDict({domain: MODELS.build(generator) for domain in domains})
        self.discriminators = ModuleDict({d: MODELS.build(discriminator) for d in domains})
        self.pools = ModuleDict({domain: ImagePool(pool_size) for domain in domains})
        if not two_way and (reconstruction or identity):
            raise InputError(
                "model.reconstruction and model.identity need model.two_way=True, got False"
            )
        if self.semantic_weight > 0 and not self.is_semantic:
            raise InputError(
                "model.semantic_weight needs model.discriminator.type='SemanticDiscriminator', got "
                f"{type(self.discriminators['target']).__name__!r}"
            )
        self.reconstruction: Any = _built(reconstruction)
        self.identity: Any = _built(identity)
        if getattr(self.identity, "num_shares", 0):
            raise InputError("model.identity looks at no label: it must have no class_shares")
        self.content: Any = _built(content)
        self.consistency: Any = _built(consistency)
        self.init_adaptation((), ())
        if channels_last:
            self.to(memory_format=torch.channels_last)

    @property
    def trains_discriminators(self) -> bool:
        """Always."""
        return True

    @property
    def is_semantic(self) -> bool:
        """Whether the discriminators classify pixels."""
        return isinstance(self.discriminators["target"], SemanticDiscriminator)

    def translate(self, images: Tensor, domain: str = "target") -> Tensor:
        """Images (N, 3, H, W) in [-1, 1] in the look of a domain, ``target`` or ``source``."""
        return self.generators[domain](images)

    def passes(self, with_source: bool) -> list[Pass]:
        """The source's direction and, if there is a way back, the target's."""
        if not with_source:
            raise InputError("SemanticTranslator needs a source, got the target alone")
        return [Pass(SOURCE), Pass(TARGET)] if "source" in self.generators else [Pass(SOURCE)]

    def pass_inputs(self, each: Pass, step: Step, data: dict, training: bool) -> dict[str, Any]:
        """Preprocess both batches, once, into the step."""
        if step.source is None:
            step.source, step.target = self.preprocess_both(data, training)
        return {}

    def preprocess_both(self, data: dict, training: bool) -> tuple[DomainOutput, DomainOutput]:
        """What the passes look at of a batch of each domain, once they are checked."""
        check_sizes(data, self.generators["target"])
        source = self.data_preprocessor(data[SOURCE], training=training)
        target = self.data_preprocessor(data[TARGET], training=training)
        return join_domains(source, target, self.reads_labels)

    @property
    def class_counts(self) -> dict[str, int]:
        """How many classes each part knows that looks at the source's labels, by its place."""
        counts = {}
        if self.is_semantic:
            counts["discriminator.num_labels"] = self.discriminators["target"].num_labels
        for name in ("reconstruction", "content"):
            if getattr(getattr(self, name), "num_shares", 0):
                counts[f"{name}.class_shares"] = getattr(self, name).num_shares
        if self.consistency is not None:
            counts["consistency.config"] = self.consistency.segmentor.num_classes
        return counts

    @property
    def class_tables(self) -> list[nn.Module]:
        """The parts whose ``classes`` are to be the source's."""
        return [part for part in (self.reconstruction, self.content) if part is not None]

    @property
    def reads_labels(self) -> bool:
        """Whether any loss looks at the source's labels."""
        return self.is_semantic or any((self.reconstruction, self.content, self.consistency))

    def forward(self, *args: Any, mode: str = "tensor", **kwargs: Any) -> Any:
        """The passes of a step; outside of one, :meth:`translate`."""
        step: Step | None = kwargs.get("step")
        if mode == SOURCE and step is not None:
            return self._generator_losses(step, "source")
        if mode == TARGET and step is not None:
            return self._generator_losses(step, "target")
        if mode == DISCRIMINATOR and step is not None:
            return self._discriminator_losses(step)
        return self.translate(*args, **kwargs)

    def _generator_losses(self, step: Step, domain: str) -> dict[str, Tensor]:
        """Those of the direction that starts in ``domain``."""
        output = _output(step, domain)
        images, labels, other = output.images, output.labels, OTHER[domain]
        translated = self.generators[other](images)
        step.notes(self)[other] = translated.detach()
        losses = {}
        with _frozen(self.discriminators[other]):
            answer = self.discriminators[other](translated)
        domain_logits, class_logits = answer if self.is_semantic else (answer, None)
        adversarial = domain_loss(domain_logits, REAL, self.objective)
        losses["loss_adversarial"] = self.adversarial_weight * adversarial
        if class_logits is not None and labels is not None:
            semantic = cross_entropy(class_logits, labels)
            losses["loss_semantic"] = self.semantic_weight * semantic
        losses |= self._ways_back(images, labels, translated, domain)
        if self.content is not None and domain == "source":
            losses["loss_content"] = self.content(translated, images, labels)
        if self.consistency is not None:
            seen = labels if domain == "source" else self.consistency.predict(pixels_of(images))
            losses["loss_consistency"] = self.consistency(pixels_of(translated), seen)
        return {f"to_{other}.{key}": value for key, value in losses.items()}

    def _ways_back(
        self, images: Tensor, labels: Tensor | None, translated: Tensor, domain: str
    ) -> dict[str, Tensor]:
        """Reconstruction and identity: one pass of the generator to ``domain``."""
        asked = [self.reconstruction, self.identity]
        given = [x for x, loss in zip((translated, images), asked, strict=True) if loss]
        if not given:
            return {}
        found = list(self.generators[domain](torch.cat(given)).split(len(images)))
        losses = {}
        if self.reconstruction is not None:
            losses["loss_reconstruction"] = self.reconstruction(found.pop(0), images, labels)
        if self.identity is not None:
            losses["loss_identity"] = self.identity(found.pop(0), images)
        return losses

    def _discriminator_losses(self, step: Step) -> dict[str, Tensor]:
        """How well each discriminator tells the images apart, and finds the source's labels."""
        found: dict[str, Tensor] = {}
        for domain in self.discriminators:
            real = _output(step, domain)
            translated = step.notes(self)[domain]
            labels = None
            if self.is_semantic and domain == "target":
                translated, labels = self.pools[domain].exchange(
                    translated, _output(step, "source").labels
                )
            else:
                (translated,) = self.pools[domain].exchange(translated)
            losses = self._domain_losses(domain, real, translated, labels)
            found |= {f"of_{domain}.{key}": value for key, value in losses.items()}
        return found

    def _domain_losses(
        self, domain: str, real: DomainOutput, translated: Tensor, labels: Tensor | None
    ) -> dict[str, Tensor]:
        discriminator, number = self.discriminators[domain], len(real.images)
        class_logits = None
        both = torch.cat([real.images, translated.to(real.images.dtype)])
        if self.is_semantic:
            # Those of the source's content: the translated ones, or the source itself.
            labeled = slice(number, None) if domain == "target" else slice(number)
            labels = labels if domain == "target" else real.labels
            domain_logits, class_logits = discriminator(both, labeled)
        else:
            domain_logits = discriminator(both)
        of_real, of_translated = domain_logits[:number], domain_logits[number:]
        halves = domain_loss(of_real, REAL, self.objective) + domain_loss(
            of_translated, TRANSLATED, self.objective
        )
        losses = {"loss_adversarial": self.adversarial_weight * 0.5 * halves}
        if class_logits is not None and labels is not None:
            losses["loss_semantic"] = self.semantic_weight * cross_entropy(class_logits, labels)
        losses["accuracy"] = domain_accuracy(of_real, of_translated, self.objective)
        return losses


def _output(step: Step, domain: str) -> DomainOutput:
    output = step.source if domain == "source" else step.target
    assert output is not None  # pass_inputs puts both into the step
    return output


def _built(config: dict | None) -> nn.Module | None:
    return MODELS.build(config) if config else None


@contextmanager
def _frozen(module: nn.Module) -> Iterator[None]:
    """No gradient reaches the parameters of what runs inside."""
    trained = [p for p in module.parameters() if p.requires_grad]
    for parameter in trained:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in trained:
            parameter.requires_grad_(True)
