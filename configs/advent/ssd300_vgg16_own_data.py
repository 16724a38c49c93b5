# A COCO file of labelled images, a folder of unlabelled ones, a COCO file for the test, and a class
# list in the order of the files' categories. Boxes are x, y, width, height in pixels of the file on
# disk. Images are squeezed to 300x300, as SSD300 has it.
_base_ = "ssd300_vgg16_cs2foggy.py"

# --- yours ---
classes = ("crate", "plank")
data_root = "data/mine"
source_boxes, source_images = "labelled.json", "labelled/"  # below data_root
target_root = "data/mine/unlabelled"  # images, nothing else
test_boxes, test_images = "test.json", "test/"  # of the target, to measure

# --- what follows from it ---
labeled = dict(
    type="CocoDataset", metainfo=dict(classes=classes), data_root=data_root, _delete_=True
)
train_dataloader = dict(
    dataset=dict(
        ann_file=source_boxes,
        data_prefix=dict(img=source_images),
        filter_cfg=dict(filter_empty_gt=True),  # leaves out images without a box
        pipeline=_base_.train_pipeline,
        **labeled,
    )
)
target_dataloader = dict(
    dataset=dict(
        type="UnlabelledImagesDataset",
        data_root=target_root,
        pipeline=[_base_.load_image, _base_.resize, _base_.flip, _base_.pack],
        _delete_=True,
    )
)
val_dataloader = dict(
    dataset=dict(
        ann_file=test_boxes,
        data_prefix=dict(img=test_images),
        test_mode=True,
        pipeline=_base_.test_pipeline,
        **labeled,
    )
)
test_dataloader = val_dataloader
model = dict(bbox_head=dict(num_classes=len(classes)))
