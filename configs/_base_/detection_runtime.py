# default_runtime.py for mmdet.
_base_ = "default_runtime.py"
default_scope = "mmdet"
custom_imports = dict(imports=["mmadvent.detection"])
default_hooks = dict(visualization=dict(type="DetVisualizationHook"))
visualizer = dict(type="DetLocalVisualizer")
tta_model = dict(
    type="DetTTAModel",
    tta_cfg=dict(nms=dict(type="nms", iou_threshold=0.45), max_per_img=200),
)
