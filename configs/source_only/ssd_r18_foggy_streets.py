# 900 iterations on the source. The snapshot after 600 is what the other methods start from.
_base_ = [
    "../_base_/models/ssd_r18_small.py",
    "../_base_/datasets/foggy_streets.py",
    "../_base_/schedules/ssd_streets.py",
    "../_base_/detection_runtime.py",
]
# Twice the batch of the others, which see two domains.
train_dataloader = dict(batch_size=8)
