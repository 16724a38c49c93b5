_base_ = ["../_base_/benchmarks/vgg16_gta2cs.py", "../_base_/adaptations/pseudo_label.py"]
model = dict(type="DomainAdaptSegmentor", adaptation=_base_.adaptation)
train_cfg = dict(
    type="UDATrainLoop",
    target_dataloader=dict(
        _base_.target_dataloader,
        dataset=dict(
            _base_.target_dataloader.dataset,
            pseudo_labels="data/pseudo_labels/self_training_vgg16_gta2cs",
        ),
    ),
)
