# The semantic GAN one way, "GAN + sem": nothing comes back, so nothing but the classes holds the
# content. A leaf names the number of classes.
_base_ = "semantic_gan.py"
model = dict(two_way=False, reconstruction=None, identity=None)
