_base_ = "../advent/deeplabv2_vgg16_camvid_day_to_dusk.py"
model = dict(adaptation=[*_base_.model.adaptation, dict(type="PseudoLabel", loss_weight=1.0)])
target_dataloader = dict(
    dataset=dict(pseudo_labels="data/pseudo_labels/esl_vgg16_camvid_day_to_dusk")
)
