# A COCO file of labelled images, a folder of unlabelled ones, a COCO file for the test, and a class
# list in the order of the files' categories. Boxes are x, y, width, height in pixels of the file on
# disk. Images are squeezed to 300x300, as SSD300 has it.
_base_ = "ssd300_vgg16_cs2foggy.py"
classes = ("crate", "plank")
labeled = dict(
    type="CocoDataset", metainfo=dict(classes=classes), data_root="data/mine", _delete_=True
)
train_dataloader = dict(
    dataset=dict(
        ann_file="labelled.json",
        data_prefix=dict(img="labelled/"),
        filter_cfg=dict(filter_empty_gt=True),  # leaves out images without a box
        pipeline=_base_.train_pipeline,
        **labeled,
    )
)
target_dataloader = dict(
    dataset=dict(
        type="UnlabelledImagesDataset",
        data_root="data/mine/unlabelled",
        pipeline=[_base_.load_image, _base_.resize, _base_.flip, _base_.pack],
        _delete_=True,
    )
)
val_dataloader = dict(
    dataset=dict(
        ann_file="test.json",
        data_prefix=dict(img="test/"),
        test_mode=True,
        pipeline=_base_.test_pipeline,
        **labeled,
    )
)
test_dataloader = val_dataloader
model = dict(bbox_head=dict(num_classes=len(classes)))
