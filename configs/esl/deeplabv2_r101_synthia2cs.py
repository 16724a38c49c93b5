# AdvEnt, and pseudo-labels that weigh as much as labels do.
_base_ = "../advent/deeplabv2_r101_synthia2cs.py"
model = dict(
    adaptation=[
        *_base_.model.adaptation,
        dict(type="PseudoLabel", level_weights=dict(decode=1.0, aux=0.1)),
    ]
)
target_dataloader = dict(dataset=dict(pseudo_labels="data/pseudo_labels/esl_r101_synthia2cs"))
