"""The world map: outlines of countries from the installed countryinfo, joined to the registry's country names."""

import csv
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from countryinfo import CountryInfo

from tasks.settings import REPOSITORY

COUNTRY_NAMES = REPOSITORY / "curation" / "countries.tsv"
LEFT_OUT = "ATA"
DECIMALS = 1


@cache
def country_codes(path: Path = COUNTRY_NAMES) -> dict[str, str]:
    """ISO 3166 alpha-3 codes by the registry's country names."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["country"]: row["iso_alpha3"] for row in csv.DictReader(lines, delimiter="\t")}


@cache
def outlines() -> list[dict[str, Any]]:
    """The outline of every country that has one, as GeoJSON in the winding that d3 reads: clockwise outside."""
    found: dict[str, dict[str, Any]] = {}
    for country in CountryInfo.all().values():
        code = str(country["ISO"]["alpha3"])
        for feature in (country.get("geoJSON") or {}).get("features") or []:
            if code != LEFT_OUT and feature.get("geometry"):
                found[code] = {"type": "Feature", "id": code, "geometry": clean(feature["geometry"])}
    return [found[code] for code in sorted(found)]


@cache
def centres() -> dict[str, tuple[float, float]]:
    """Latitude and longitude of the middle of each country, for those too small for an outline."""
    return {
        str(country["ISO"]["alpha3"]): (float(country["latlng"][0]), float(country["latlng"][1]))
        for country in CountryInfo.all().values()
        if country.get("latlng")
    }


def clean(geometry: dict[str, Any]) -> dict[str, Any]:
    """A geometry of rounded points as a MultiPolygon; rings that collapse are left out."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    kept = []
    for polygon in polygons:
        rings = [ring for ring in (wound(rounded(ring), place == 0) for place, ring in enumerate(polygon)) if ring]
        if rings:
            kept.append(rings)
    return {"type": "MultiPolygon", "coordinates": kept}


def rounded(ring: list[list[float]]) -> list[list[float]]:
    """A ring with points to a tenth of a degree, each once in a row."""
    points: list[list[float]] = []
    for longitude, latitude, *_ in ring:
        point = [round(longitude, DECIMALS), round(latitude, DECIMALS)]
        if not points or points[-1] != point:
            points.append(point)
    return points if len(points) >= 4 else []


def wound(ring: list[list[float]], is_outer: bool) -> list[list[float]]:
    """A ring clockwise if it is an outer one, else anticlockwise."""
    area = sum(one[0] * two[1] - two[0] * one[1] for one, two in pairwise(ring))
    return ring[::-1] if (area > 0) == is_outer else ring
