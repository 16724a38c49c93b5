# AdvEnt, and pseudo-labels that weigh as much as labels do.
_base_ = "../advent/deeplabv2_vgg16_gta2cs.py"
model = dict(adaptation=[*_base_.model.adaptation, dict(type="PseudoLabel")])
target_dataloader = dict(dataset=dict(pseudo_labels="data/pseudo_labels/esl_vgg16_gta2cs"))
