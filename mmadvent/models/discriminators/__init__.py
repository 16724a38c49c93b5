"""Registered domain discriminators."""

from mmadvent.models.discriminators.self_info_discriminator import SelfInfoDiscriminator

__all__ = ["SelfInfoDiscriminator"]
