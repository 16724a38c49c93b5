_base_ = "../source_only/deeplabv2_r101_gta2cs.py"
train_dataloader = dict(dataset=dict(pipeline=_base_.fourier_pipeline))
