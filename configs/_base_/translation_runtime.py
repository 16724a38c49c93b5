# What trains translators: pictures along the way, and no evaluation. For TensorBoard add
# dict(type="TensorboardVisBackend") to vis_backends.
_base_ = "default_runtime.py"
custom_imports = dict(imports=["mmadvent.segmentation", "mmadvent.translation.gan"])
default_hooks = dict(
    visualization=dict(_delete_=True, type="TranslationPicturesHook", interval=500)
)
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
