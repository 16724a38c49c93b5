# Exponential moving average of the weights (Polyak averaging; the mean teacher's, Tarvainen and
# Valpola, NeurIPS 2017): average = (1 - momentum) * average + momentum * weights, an iteration a
# step. It spans about 1 / momentum iterations, here 1000: a small part of 120k. A run of a few
# hundred needs a larger momentum, or its average hardly leaves the first iteration.
#
# The average is what validation measures, what a checkpoint holds as its weights and what
# tools/test.py and the exports take; training goes on from the other weights, which --resume finds
# beside them. The norms' statistics are averaged with the weights that they belong to. Costs a
# second copy of the model, and a checkpoint larger by as much.
#
# A leaf config names this file among its bases and has
#     custom_hooks = [*_base_.custom_hooks, _base_.model_averaging_hook]
# (a base cannot add to another base's list), with another momentum
#     custom_hooks = [*_base_.custom_hooks, dict(_base_.model_averaging_hook, momentum=0.02)]
model_averaging_hook = dict(
    type="EMAHook",
    ema_type="ExponentialMovingAverage",
    momentum=0.001,
    update_buffers=True,
)
