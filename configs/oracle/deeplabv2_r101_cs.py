# The oracle of Table 2: the same network with the labels of Cityscapes' training images.
_base_ = "../source_only/deeplabv2_r101_gta2cs.py"
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type="RawCityscapesDataset",
        data_root="data/cityscapes",
        split="train",
        pipeline=[
            _base_.load_image,
            dict(type="LoadLabelIds"),
            dict(scale=_base_.target_scale, **_base_.resize),
            dict(type="PackSegInputs"),
        ],
    )
)
