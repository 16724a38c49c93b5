_base_ = ["../_base_/pairs/streets_group_norm.py", "../_base_/adaptations/streets_adversarial.py"]
model = dict(adaptation=[dict(type="AdvEnt", loss_weight=0.001, discriminator=_base_.narrow)])
optim_wrapper = _base_.adaptation_optim_wrapper
