_base_ = "../advent/deeplabv2_vgg16_streets_to_camvid.py"
model = dict(adaptation=[*_base_.model.adaptation, dict(type="PseudoLabel", loss_weight=1.0)])
target_dataloader = dict(
    dataset=dict(pseudo_labels="data/pseudo_labels/esl_vgg16_streets_to_camvid")
)
