"""The methods of a run that starts from another's network."""

from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmadvent.compat import resumes
from mmadvent.io.checkpoints import network_part, weights_in


class FreshMethodsHook(Hook):
    """Let a run that is not resumed begin with discriminators and teachers of its own.

    ``load_from`` names the weights that the network starts from. A checkpoint holds those of its
    methods beside them, and upstream loads whatever has a name of the model's: AdaptSegNet would
    begin with the discriminator of an AdvEnt that it starts from, and a mean teacher with the other
    run's teacher in place of a copy of the network. ``UDATrainLoop`` registers the hook, so that a
    test, which builds no such loop, loads all.
    """

    priority = "VERY_HIGH"  # before averages of the weights, which are loaded too

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Leave the methods out of what upstream is about to load."""
        if not resumes(runner):
            checkpoint["state_dict"] = network_part(weights_in(checkpoint))
