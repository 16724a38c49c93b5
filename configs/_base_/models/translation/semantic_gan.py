# The semantic GAN, "cycle + sem + weight": discriminators that classify pixels too, and a
# reconstruction that lets large classes change more. The paper gives no weights: reconstruction is
# CycleGAN's, semantic 1 is ours. A leaf names the number of classes and the file of their shares
# (tools/class_prior.py).
_base_ = "cyclegan.py"
model = dict(
    discriminator=dict(type="SemanticDiscriminator"),
    semantic_weight=1.0,
)
