_base_ = "../_base_/pairs/supervised/streets_group_norm.py"
train_dataloader = dict(dataset=dict(pipeline=_base_.fourier_pipeline))
