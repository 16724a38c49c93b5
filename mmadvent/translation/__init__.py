"""Image-level adaptation: images of one domain made to look like the other."""
