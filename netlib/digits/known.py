"""What the files of MNIST must be: their names, counts, sizes and checksums. Standard library only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownFile:
    """One IDX file as it must be, and the `.gz` that it is downloaded as, where there is one.

    name in torchvision's layout, count of digits, size in bytes, sha256 of the file itself; archive_size in
    bytes and archive_md5 of the `.gz`. `archive_md5` is what torchvision checks, `sha256` what we do.
    """

    name: str
    count: int
    size: int
    sha256: str
    archive_size: int = 0
    archive_md5: str = ""

    @property
    def archive(self) -> str:
        """The name of its `.gz`."""
        return f"{self.name}.gz"


@dataclass(frozen=True)
class KnownSplit:
    """The two files of one split."""

    images: KnownFile
    labels: KnownFile


@dataclass(frozen=True)
class Manifest:
    """The four files of a set of digits."""

    train: KnownSplit
    test: KnownSplit

    @property
    def files(self) -> tuple[KnownFile, ...]:
        """All four, in the order in which torchvision downloads them."""
        return (self.train.images, self.train.labels, self.test.images, self.test.labels)

    def split(self, name: str) -> KnownSplit:
        """The files of `train` or `test`."""
        return self.train if name == "train" else self.test


# The sums of netlib/data/mnist-sample/README.md.
BUNDLED = Manifest(
    train=KnownSplit(
        images=KnownFile(
            name="train-images-idx3-ubyte",
            count=4_000,
            size=3_136_016,
            sha256="01c279c669c4632ea8b97298fee28d0f4c5fe2bf2039e7f822f3feaac779d017",
        ),
        labels=KnownFile(
            name="train-labels-idx1-ubyte",
            count=4_000,
            size=4_008,
            sha256="daf1c61ba276c5ec7656a0a9c541c2f61cb96d7af3a019906cdb4cf08ef09728",
        ),
    ),
    test=KnownSplit(
        images=KnownFile(
            name="t10k-images-idx3-ubyte",
            count=1_000,
            size=784_016,
            sha256="48e7795fc2f307cac39d091315c695780f904df73fef72545ee5b40d8e7948c3",
        ),
        labels=KnownFile(
            name="t10k-labels-idx1-ubyte",
            count=1_000,
            size=1_008,
            sha256="9f9f83403fa89036e5960042fa3fdded854d1e4a5602fe4b476f8ff0e7865ff8",
        ),
    ),
)

# Archive sizes: http://yann.lecun.com/exdb/mnist/. MD5: torchvision.datasets.MNIST.resources, compared in a
# test. MNIST's authors publish no checksums. The SHA-256 of the unpacked files are stated alike by ten public
# projects, several of which refuse to work where a file's differs.
FULL = Manifest(
    train=KnownSplit(
        images=KnownFile(
            name="train-images-idx3-ubyte",
            count=60_000,
            size=47_040_016,
            sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            archive_size=9_912_422,
            archive_md5="f68b3c2dcbeaaa9fbdd348bbdeb94873",
        ),
        labels=KnownFile(
            name="train-labels-idx1-ubyte",
            count=60_000,
            size=60_008,
            sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            archive_size=28_881,
            archive_md5="d53e105ee54ea40749a09fcbcd1e9432",
        ),
    ),
    test=KnownSplit(
        images=KnownFile(
            name="t10k-images-idx3-ubyte",
            count=10_000,
            size=7_840_016,
            sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            archive_size=1_648_877,
            archive_md5="9fb629c4189551a2d022fa330f9573f3",
        ),
        labels=KnownFile(
            name="t10k-labels-idx1-ubyte",
            count=10_000,
            size=10_008,
            sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            archive_size=4_542,
            archive_md5="ec29112dd5afa0611ce80d1b7f02629c",
        ),
    ),
)
