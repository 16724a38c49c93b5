# The same, squashed to 300x300 as the paper has Cityscapes (section 4.3).
_base_ = "foggy_streets.py"
resize = dict(type="Resize", scale=(300, 300), keep_ratio=False)
source_pipeline = [*_base_.source_pipeline[:2], resize, *_base_.source_pipeline[3:]]
target_pipeline = [_base_.load_image, resize, _base_.flip, _base_.pack]
test_pipeline = [_base_.load_image, resize, _base_.load_boxes, _base_.pack_test]
train_dataloader = dict(dataset=dict(pipeline=source_pipeline))
target_dataloader = dict(dataset=dict(pipeline=target_pipeline))
oracle_dataset = dict(pipeline=source_pipeline)
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader
