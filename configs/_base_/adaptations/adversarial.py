# What optimizes the discriminators of AdvEnt and AdaptSegNet: a leaf names this file among its
# bases and has `optim_wrapper = _base_.adaptation_optim_wrapper`.
adaptation_optim_wrapper = dict(
    discriminator=dict(optimizer=dict(type="Adam", lr=1e-4, betas=(0.9, 0.99))),
)
