default_scope = "mmseg"
custom_imports = dict(imports=["mmadvent.segmentation"])

default_hooks = dict(
    timer=dict(type="IterTimerHook"),
    logger=dict(type="LoggerHook", interval=50, log_metric_by_epoch=False),
    param_scheduler=dict(type="ParamSchedulerHook"),
    # The last snapshots, by number: no choice of a snapshot looks at target labels.
    checkpoint=dict(type="WholeCheckpointHook", by_epoch=False, interval=2000, max_keep_ckpts=3),
    finite=dict(type="FiniteHook"),
    resumed_schedule=dict(type="ResumedScheduleHook"),
    due_validation=dict(type="DueValidationHook"),
    sampler_seed=dict(type="DistSamplerSeedHook"),
    visualization=dict(type="SegVisualizationHook"),
)
custom_hooks = [dict(type="PeakMemoryHook")]

env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method="fork", opencv_num_threads=0),
    dist_cfg=dict(backend="nccl"),
)
vis_backends = [dict(type="LocalVisBackend")]
visualizer = dict(type="SegLocalVisualizer", vis_backends=vis_backends, name="visualizer")
log_processor = dict(by_epoch=False)
log_level = "INFO"
load_from = None
resume = False
randomness = dict(seed=1234)
# Flip and scale are the usual test-time augmentation; `tools/test.py --tta` uses it.
tta_model = dict(type="SegTTAModel")
