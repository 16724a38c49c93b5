_base_ = "../advent/deeplabv2_r18_streets_synthia.py"
model = dict(adaptation=[*_base_.model.adaptation, dict(type="PseudoLabel", loss_weight=1.0)])
