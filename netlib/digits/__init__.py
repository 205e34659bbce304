"""Digits: 5,000 that are always here, the full MNIST once downloaded, and batches of either. Numpy only."""

from netlib.digits.batch import Batch, normalised, sample, sample_or_bundled
from netlib.digits.download import Download, latest_download, start_download
from netlib.digits.folders import downloads_offered, full_available
from netlib.digits.idx import BadFile
from netlib.digits.own import OwnDigit, with_own
from netlib.digits.store import Digits, load

__all__ = [
    "BadFile",
    "Batch",
    "Digits",
    "Download",
    "OwnDigit",
    "downloads_offered",
    "full_available",
    "latest_download",
    "load",
    "normalised",
    "sample",
    "sample_or_bundled",
    "start_download",
    "with_own",
]
