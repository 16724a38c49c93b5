# AdaptSegNet (Tsai et al., CVPR 2018): as AdvEnt, over class probabilities.
_base_ = "advent.py"
adaptation = [dict(type="AdaptSegNet", loss_weight=0.001)]
