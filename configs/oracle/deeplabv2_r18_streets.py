# The oracle of Table 2: the target's training images with their labels.
_base_ = [
    "../_base_/models/deeplabv2_r18_small.py",
    "../_base_/datasets/streets_to_cityscapes.py",
    "../_base_/schedules/streets_second_part.py",
    "../_base_/default_runtime.py",
]
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type="RawCityscapesDataset",
        data_root=_base_.data_root + "/cityscapes_oracle",
        split="train",
        pipeline=[
            _base_.load_image,
            dict(type="LoadLabelIds"),
            dict(scale=_base_.target_scale, **_base_.resize),
            _base_.flip,
            dict(type="PackSegInputs"),
        ],
    )
)
