# 1,500 iterations on the source. The snapshot after 1,000 is what the other methods start from.
_base_ = [
    "../_base_/models/ssd300_vgg16.py",
    "../_base_/datasets/foggy_streets_300.py",
    "../_base_/schedules/ssd300_streets.py",
    "../_base_/detection_runtime.py",
]
# Twice the batch of the others, which see two domains.
train_dataloader = dict(batch_size=8)
