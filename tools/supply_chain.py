"""Write what runs on a server, from the lock: a CycloneDX list for programs, and the licences for people.

usage: python -m tools.supply_chain

Writes `sbom.cdx.json` and `docs/licences.md`. Names, versions and hashes are the lock's; licences are what the
installed packages state of themselves. The same lock makes the same files.
"""

import json
import re
import warnings
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from tasks.settings import REPOSITORY

LOCK = REPOSITORY / "requirements.lock"
SBOM = REPOSITORY / "sbom.cdx.json"
LICENCES = REPOSITORY / "docs" / "licences.md"
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?P<rest>.*(?:\n\s+--hash=.*)*)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
NOT_INSTALLED = "not installed on this kind of machine"
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the lock, with the hashes of all its files, and its licence as it states it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str


def read_lock(path: Path = LOCK) -> list[Package]:
    """Every package that a lock pins, by name."""
    found = PINNED.finditer(path.read_text(encoding="utf-8"))
    packages = [
        Package(one["name"], one["version"], tuple(HASH.findall(one["rest"])), licence_of(one["name"])) for one in found
    ]
    return sorted(packages, key=lambda one: one.name.lower())


def licence_of(name: str) -> str:
    """What an installed package states: an expression, else classifiers, else the first line of its licence field."""
    try:
        stated = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return NOT_INSTALLED
    if "License-Expression" in stated:
        return str(stated["License-Expression"])
    classifiers = [one.rpartition(" :: ")[2] for one in stated.get_all("Classifier") or [] if one.startswith("License")]
    if classifiers:
        return "; ".join(classifiers)
    lines = str((stated.get_all("License") or [""])[0]).strip().splitlines()
    return lines[0].strip()[:80] if lines else NOT_STATED


def bill_of_materials(packages: list[Package]) -> str:
    """The list as CycloneDX in JSON, without a moment or a random number in it."""
    bom = Bom(components=[component(one) for one in packages])
    bom.metadata = BomMetaData(
        component=Component(name="cartscape", version=metadata.version("cartscape"), type=ComponentType.APPLICATION)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses what needs what
        written = json.loads(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string())
    del written["serialNumber"], written["metadata"]["timestamp"]
    # a name at random otherwise; and what needs what, a lock does not say
    written["metadata"]["component"]["bom-ref"] = "cartscape"
    written.pop("dependencies", None)
    return json.dumps(written, indent=1, sort_keys=True) + "\n"


def component(package: Package) -> Component:
    """A package as CycloneDX names it."""
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{package.name}=={package.version}",
        purl=PackageURL("pypi", None, package.name.lower(), package.version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in package.hashes],
        licenses=[DisjunctiveLicense(name=package.licence)],
    )


def licences_document(packages: list[Package]) -> str:
    """A table of packages and what they state, for people."""
    rows = [f"| {one.name} | {one.version} | {one.licence.replace('|', '/')} |" for one in packages]
    return "\n".join(
        [
            "# Licences of what runs",
            "",
            f"The {len(packages)} packages that `requirements.lock` pins, with the licence that each states of itself;",
            "`python -m tools.supply_chain` writes this table and `sbom.cdx.json` anew.",
            "",
            "| package | version | licence |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Write both, and say how many packages there are."""
    packages = read_lock()
    SBOM.write_text(bill_of_materials(packages), encoding="utf-8")
    LICENCES.write_text(licences_document(packages), encoding="utf-8")
    print(f"{len(packages)} packages in {SBOM.name} and {LICENCES.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main()
