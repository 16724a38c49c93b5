"""Packaging of mmadvent. What it requires is read from requirements/, the one source of truth."""

import os
import re
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
# Where the repository is published: a release sets it (CONTRIBUTING.md).
HOME = os.environ.get("MMADVENT_HOME", "").rstrip("/")
# What OpenMMLab's tools look for in PACKAGE/.mim.
MIM = ("configs", "tools", "model-index.yml")


class BuildWithConfigs(build_py):
    """Puts the configs and the command lines into the wheel, where mmengine and mim find them.

    An editable installation uses those of the checkout.
    """

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, "mmadvent", ".mim")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name in MIM:
            if (HERE / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(HERE / name, target / name, ignore=ignored)
            else:
                shutil.copy(HERE / name, target / name)


def requirements(name: str) -> list[str]:
    """The lines of requirements/NAME.txt without comments."""
    lines = (HERE / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def version() -> str:
    """The version, read without importing the package (which would need torch)."""
    text = (HERE / "mmadvent" / "version.py").read_text(encoding="utf-8")
    found = re.search(r'__version__ = "(.+)"', text)
    if found is None:
        raise RuntimeError("mmadvent/version.py does not hold a version")
    return found.group(1)


def description() -> str:
    """README.md for a package index, where no files lie beside it.

    Its links lead to the published repository; without one it names the files, which the sdist has.
    """
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    picture, link = (
        r"!\[([^\]]*)\]\((?!https?:)([^)]*)\)",
        r"(?<!!)\[([^\]]*)\]\((?!https?:|#)([^)]*)\)",
    )
    if HOME:
        readme = re.sub(picture, rf"![\1]({HOME}/raw/main/\2)", readme)
        return re.sub(link, rf"[\1]({HOME}/blob/main/\2)", readme)
    readme = re.sub(picture, r"`\2`", readme)
    return re.sub(link, r"\1 (`\2`)", readme)


setup(
    name="mmadvent",
    version=version(),
    description="Unsupervised domain adaptation of segmentors and detectors by entropy "
    "minimization, as a plugin of OpenMMLab",
    long_description=description(),
    long_description_content_type="text/markdown",
    author="The mmadvent authors",
    url=HOME or None,
    project_urls={
        name: f"{HOME}/{path}"
        for name, path in (
            ("Documentation", "tree/main/docs"),
            ("Changelog", "blob/main/CHANGELOG.md"),
            ("Issues", "issues"),
        )
        if HOME
    },
    license="Apache-2.0",
    license_files=["LICENSE"],
    keywords=[
        "domain adaptation",
        "semantic segmentation",
        "object detection",
        "entropy minimization",
        "mmsegmentation",
        "mmdetection",
        "openmmlab",
    ],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Topic :: Scientific/Engineering :: Image Recognition",
        "Typing :: Typed",
    ],
    packages=find_packages(include=["mmadvent", "mmadvent.*"]),
    package_data={"mmadvent": ["py.typed", "results/paper_figures.json"]},
    entry_points={"console_scripts": ["mmadvent = mmadvent.cli.main:main"]},
    python_requires=">=3.11,<3.14",
    install_requires=requirements("runtime"),
    # The lines share import names: a hard requirement would install one over the other.
    extras_require={
        "openmmlab": requirements("openmmlab"),
        "onedl": requirements("onedl"),
        "onnx": requirements("onnx"),
        "tests": requirements("tests"),
    },
    cmdclass={"build_py": BuildWithConfigs},
    zip_safe=False,
)
