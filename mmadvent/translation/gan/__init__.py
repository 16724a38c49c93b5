"""Networks that translate images between two domains, and their training."""

from mmadvent.translation.gan.image_pool import ImagePool
from mmadvent.translation.gan.patch_discriminator import PatchDiscriminator
from mmadvent.translation.gan.pictures_hook import TranslationPicturesHook
from mmadvent.translation.gan.resnet_generator import ResNetGenerator
from mmadvent.translation.gan.semantic_consistency import SemanticConsistency
from mmadvent.translation.gan.semantic_discriminator import SemanticDiscriminator
from mmadvent.translation.gan.semantic_translator import SemanticTranslator
from mmadvent.translation.gan.weighted_reconstruction_loss import WeightedReconstructionLoss

__all__ = [
    "ImagePool",
    "PatchDiscriminator",
    "ResNetGenerator",
    "SemanticConsistency",
    "SemanticDiscriminator",
    "SemanticTranslator",
    "TranslationPicturesHook",
    "WeightedReconstructionLoss",
]
