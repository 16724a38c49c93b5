_base_ = "../_base_/pairs/vgg16_synthia2cs.py"
# Pseudo-labels weigh as much as labels do.
model = dict(adaptation=[dict(type="PseudoLabel", loss_weight=1.0)])
target_dataloader = dict(
    dataset=dict(pseudo_labels="data/pseudo_labels/self_training_vgg16_synthia2cs")
)
