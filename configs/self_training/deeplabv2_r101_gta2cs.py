_base_ = "../_base_/pairs/r101_gta2cs.py"
# Pseudo-labels weigh as much as labels do, in both outputs.
model = dict(
    adaptation=[dict(type="PseudoLabel", loss_weight=1.0, level_weights=dict(decode=1.0, aux=0.1))]
)
target_dataloader = dict(dataset=dict(pseudo_labels="data/pseudo_labels/self_training_r101_gta2cs"))
