_base_ = "../source_only/deeplabv2_r18_streets.py"
train_dataloader = dict(dataset=dict(pipeline=_base_.fourier_pipeline))
