_base_ = ["../_base_/benchmarks/r101_synthia2cs.py", "../_base_/adaptations/pseudo_label.py"]
# Pseudo-labels weigh as much as labels do, in both outputs.
model = dict(
    type="DomainAdaptSegmentor",
    adaptation=[dict(_base_.pseudo_label, level_weights=dict(decode=1.0, aux=0.1))],
)
train_cfg = dict(
    type="UDATrainLoop",
    target_dataloader=dict(
        _base_.target_dataloader,
        dataset=dict(
            _base_.target_dataloader.dataset,
            pseudo_labels="data/pseudo_labels/self_training_r101_synthia2cs",
        ),
    ),
)
