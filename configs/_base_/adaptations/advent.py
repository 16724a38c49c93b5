# AdvEnt (eq. 7-9). Use it as
# `model = dict(type='DomainAdaptSegmentor', adaptation=_base_.adaptation)` and
# `optim_wrapper = _base_.adaptation_optim_wrapper`.
adaptation = [dict(type="AdvEnt", loss_weight=0.001)]
adaptation_optim_wrapper = dict(
    constructor="UDAOptimWrapperConstructor",
    discriminator=dict(optimizer=dict(type="Adam", lr=1e-4, betas=(0.9, 0.99))),
)
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
