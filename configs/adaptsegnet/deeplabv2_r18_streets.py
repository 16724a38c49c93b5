_base_ = ["../_base_/pairs/streets.py", "../_base_/adaptations/streets_adversarial.py"]
model = dict(adaptation=[dict(type="AdaptSegNet", loss_weight=0.005, discriminator=_base_.narrow)])
optim_wrapper = _base_.adaptation_optim_wrapper
