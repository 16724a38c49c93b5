# The source with the target's low frequencies, beside the losses.
_base_ = "deeplabv2_vgg16_streets_to_camvid.py"
train_dataloader = dict(dataset=dict(pipeline=_base_.fourier_pipeline))
