"""One of mmseg's configs for each of its architectures, without downloads and for one process."""

from typing import Any

import torch
from mmengine.config import Config
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

CASCADES = {"CascadeEncoderDecoder": "DomainAdaptCascadeSegmentor"}
# Of mmseg's folders of configs; the smallest network of each, or the one most used.
CONFIGS = {
    "ANN": "ann/ann_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "APCNet": "apcnet/apcnet_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "BEiT, UPerNet": "beit/beit-base_upernet_8xb2-160k_ade20k-640x640.py",
    "BiSeNetV1": "bisenetv1/bisenetv1_r18-d32_4xb4-160k_cityscapes-1024x1024.py",
    "BiSeNetV2": "bisenetv2/bisenetv2_fcn_4xb4-160k_cityscapes-1024x1024.py",
    "CCNet": "ccnet/ccnet_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "CGNet": "cgnet/cgnet_fcn_4xb8-60k_cityscapes-512x1024.py",
    "ConvNeXt, UPerNet": "convnext/convnext-tiny_upernet_8xb2-amp-160k_ade20k-512x512.py",
    "DANet": "danet/danet_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "DDRNet": "ddrnet/ddrnet_23-slim_in1k-pre_2xb6-120k_cityscapes-1024x1024.py",
    "DeepLabV3": "deeplabv3/deeplabv3_r18-d8_4xb2-80k_cityscapes-512x1024.py",
    "DeepLabV3+": "deeplabv3plus/deeplabv3plus_r18-d8_4xb2-80k_cityscapes-512x1024.py",
    "DMNet": "dmnet/dmnet_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "DNLNet": "dnlnet/dnl_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "DPT": "dpt/dpt_vit-b16_8xb2-160k_ade20k-512x512.py",
    "EMANet": "emanet/emanet_r50-d8_4xb2-80k_cityscapes-512x1024.py",
    "EncNet": "encnet/encnet_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "ERFNet": "erfnet/erfnet_fcn_4xb4-160k_cityscapes-512x1024.py",
    "FastFCN": "fastfcn/fastfcn_r50-d32_jpu_aspp_4xb2-80k_cityscapes-512x1024.py",
    "Fast-SCNN": "fastscnn/fast_scnn_8xb4-160k_cityscapes-512x1024.py",
    "FCN": "fcn/fcn_r18-d8_4xb2-80k_cityscapes-512x1024.py",
    "GCNet": "gcnet/gcnet_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "HRNet, FCN": "hrnet/fcn_hr18s_4xb2-40k_cityscapes-512x1024.py",
    "ICNet": "icnet/icnet_r50-d8_4xb2-80k_cityscapes-832x832.py",
    "ISANet": "isanet/isanet_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "K-Net": "knet/knet-s3_r50-d8_fcn_8xb2-adamw-80k_ade20k-512x512.py",
    "MAE, UPerNet": "mae/mae-base_upernet_8xb2-amp-160k_ade20k-512x512.py",
    "Mask2Former": "mask2former/mask2former_r50_8xb2-90k_cityscapes-512x1024.py",
    "MaskFormer": "maskformer/maskformer_r50-d32_8xb2-160k_ade20k-512x512.py",
    "MobileNetV2, FCN": "mobilenet_v2/mobilenet-v2-d8_fcn_4xb2-80k_cityscapes-512x1024.py",
    "MobileNetV3, LRASPP": "mobilenet_v3/mobilenet-v3-d8_lraspp_4xb4-320k_cityscapes-512x1024.py",
    "Non-local": "nonlocal_net/nonlocal_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "OCRNet": "ocrnet/ocrnet_hr18s_4xb2-40k_cityscapes-512x1024.py",
    "PIDNet": "pidnet/pidnet-s_2xb6-120k_1024x1024-cityscapes.py",
    "PointRend": "point_rend/pointrend_r50_4xb2-80k_cityscapes-512x1024.py",
    "PoolFormer, FPN": "poolformer/fpn_poolformer_s12_8xb4-40k_ade20k-512x512.py",
    "PSANet": "psanet/psanet_r50-d8_4xb2-40k_cityscapes-512x1024.py",
    "PSPNet": "pspnet/pspnet_r18-d8_4xb2-80k_cityscapes-512x1024.py",
    "SAN": "san/san-vit-b16_coco-stuff164k-640x640.py",
    "SegFormer": "segformer/segformer_mit-b0_8xb1-160k_cityscapes-1024x1024.py",
    "Segmenter": "segmenter/segmenter_vit-t_mask_8xb1-160k_ade20k-512x512.py",
    "SegNeXt": "segnext/segnext_mscan-t_1xb16-adamw-160k_ade20k-512x512.py",
    "Semantic FPN": "sem_fpn/fpn_r50_4xb2-80k_cityscapes-512x1024.py",
    "STDC": "stdc/stdc1_4xb12-80k_cityscapes-512x1024.py",
    "Swin, UPerNet": "swin/swin-tiny-patch4-window7-in1k-pre_upernet_8xb2-160k_ade20k-512x512.py",
    "Twins, FPN": "twins/twins_pcpvt-s_fpn_fpnhead_8xb4-80k_ade20k-512x512.py",
    "UNet, FCN": "unet/unet-s5-d16_fcn_4xb4-160k_cityscapes-512x1024.py",
    "UPerNet": "upernet/upernet_r18_4xb2-40k_cityscapes-512x1024.py",
    "ViT, UPerNet": "vit/vit_deit-s16_upernet_8xb2-160k_ade20k-512x512.py",
}
SIZES = {"STDC": 128, "MobileNetV3, LRASPP": 512, "FastFCN": 128, "ICNet": 128, "SAN": 224}
SIZE = 64


def model_config(name: str, path: str) -> Config:
    """A model's config after the two changes that an adaptation takes."""
    config = Config.fromfile(path).model
    # One process, and no download: upstream's batch norms are synchronized.
    config = _replaced(config)
    if "pretrained" in config:
        config.pretrained = None
    size = SIZES.get(name, SIZE)
    if config.get("data_preprocessor", {}).get("size"):
        config.data_preprocessor.size = (size, size)
    if "img_size" in config.get("backbone", {}):
        config.backbone.img_size = (size, size)
    config.type = CASCADES.get(config.type, "DomainAdaptSegmentor")
    return config


def _replaced(value: Any) -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "init_cfg" and isinstance(inner, dict) and inner.get("type") == "Pretrained":
                value[key] = None
            elif key == "type" and inner == "SyncBN":
                value[key] = "BN"
            else:
                value[key] = _replaced(inner)
    elif isinstance(value, (list, tuple)):
        return type(value)(_replaced(inner) for inner in value)
    return value


def batch(name: str, classes: int, labeled: bool) -> dict[str, list]:
    """Two images: some heads pool to one position, which a norm needs two of."""
    size = SIZES.get(name, SIZE)
    samples = []
    for _ in range(2):
        sample = SegDataSample(metainfo=dict(img_shape=(size, size), ori_shape=(size, size)))
        if labeled:
            labels = torch.randint(0, classes, (1, size, size))
            sample.gt_sem_seg = PixelData(data=labels)
            sample.gt_edge_map = PixelData(data=(labels == 0).long())
        samples.append(sample)
    images = [torch.randint(0, 256, (3, size, size), dtype=torch.uint8) for _ in samples]
    return dict(inputs=images, data_samples=samples)
