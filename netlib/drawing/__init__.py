"""A digit of one's own: strokes of a pad or an uploaded picture, and MNIST's framing of either. Numpy and Pillow."""

from netlib.drawing.framing import Box, Framed, bounding_box, centre_of_mass, frame, placed, scaled, unframed
from netlib.drawing.picture import read_picture
from netlib.drawing.raster import SIDE, enlarged, ink, png
from netlib.drawing.strokes import FULL, PENS, Message, Stroke, read

__all__ = [
    "FULL",
    "PENS",
    "SIDE",
    "Box",
    "Framed",
    "Message",
    "Stroke",
    "bounding_box",
    "centre_of_mass",
    "enlarged",
    "frame",
    "ink",
    "placed",
    "png",
    "read",
    "read_picture",
    "scaled",
    "unframed",
]
