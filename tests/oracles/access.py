"""Independent counts of who may take part, where, and how far it is to the next city with a site."""

import math
import re
import statistics
from collections import Counter, defaultdict
from typing import Any

from tests.oracles.counted import Counted, Rows, counted
from tests.oracles.readings import share
from tests.oracles.records import SETTINGS, Cohort, Trial, reference
from tests.oracles.trials import plain

EARTH_RADIUS_KILOMETRES = 6371.0088


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres along the great circle, by the vectors' dot and cross products."""
    (latitude, longitude), (far_latitude, far_longitude) = (tuple(map(math.radians, place)) for place in (one, other))
    apart = far_longitude - longitude
    across = math.hypot(
        math.cos(far_latitude) * math.sin(apart),
        math.cos(latitude) * math.sin(far_latitude) - math.sin(latitude) * math.cos(far_latitude) * math.cos(apart),
    )
    along = math.sin(latitude) * math.sin(far_latitude) + math.cos(latitude) * math.cos(far_latitude) * math.cos(apart)
    return EARTH_RADIUS_KILOMETRES * math.atan2(across, along)


def provinces() -> dict[tuple[str, str], str]:
    """State or province by country and spelling."""
    return {(row["iso_alpha3"], plain(row["written"])): row["province"] for row in reference("province_names")}


@counted()
def site_access(cohort: Cohort) -> Rows:
    """One row per country, and per state or province; see sql/metrics/site_access.sql."""
    codes = {row["country"]: row["iso_alpha3"] for row in reference("countries")}
    names = {code: min(name for name, other in codes.items() if other == code) for code in codes.values()}
    people = {(row["iso_alpha3"], row["province"] or None): row for row in reference("populations")}
    known = provinces()
    areas: dict[tuple[str, str | None], list[dict[str, Any]]] = {key: [] for key in people}
    for trial in cohort.trials:
        for site in trial.part("contactsLocationsModule", "locations") or []:
            code = codes.get((site.get("country") or "").strip())
            if code is None:
                continue
            written = [site.get(name) for name in ("state", "city")]
            found = [known.get((code, plain(one))) for one in written if one is not None]
            status = site.get("status") or trial.part("statusModule", "overallStatus")
            entry = {**site, "trial": trial.nct_id, "recruits": status == "RECRUITING"}
            for area in {None, next(filter(None, found), None)}:
                areas.setdefault((code, area), []).append(entry)
    towns = {key: cities(sites) for key, sites in areas.items()}
    rows: Rows = []
    for (code, area), sites in areas.items():
        row = people.get((code, area))
        centres = {centre(site) for site in sites} - {None}
        recruiting = {centre(site) for site in sites if site["recruits"]} - {None}
        number = int(row["people"]) if row else None
        counts = (len({site["trial"] for site in sites}), len(centres), len(recruiting))
        shares = [1e7 * len(held) / number if number else None for held in (centres, recruiting)]
        named = {plain(site["city"]) for site in sites if site.get("city") is not None}
        about = (number, int(row["year"]) if row else None, *shares)
        rows.append(
            (names[code], area, *counts, len(named), *about, nearest(towns[code, area], towns.get((code, None), {})))
        )
    return rows


def centre(site: dict[str, Any]) -> str | None:
    """A facility of its city, however written; None where either is unstated."""
    if site.get("city") is None or site.get("facility") is None:
        return None
    return f"{plain(site['city'])} {plain(site['facility'])}"


def is_on_globe(latitude: float | None, longitude: float | None) -> bool:
    """Whether both are stated and can be meant."""
    return latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180


def cities(sites: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    """The middle of each city's places."""
    places: dict[str, list[dict[str, float]]] = defaultdict(list)
    for site in sites:
        point = site.get("geoPoint") or {}
        if site.get("city") is not None and is_on_globe(point.get("lat"), point.get("lon")):
            places[plain(site["city"])].append(point)
    return {
        name: (statistics.fmean(p["lat"] for p in held), statistics.fmean(p["lon"] for p in held))
        for name, held in places.items()
    }


def nearest(towns: dict[str, tuple[float, float]], everywhere: dict[str, tuple[float, float]]) -> float | None:
    """Median over the towns of the distance to the nearest other town of the country."""
    found = [
        min(distance(place, other) for far, other in everywhere.items() if far != name)
        for name, place in towns.items()
        if everywhere.keys() - {name}
    ]
    return statistics.median(found) if found else None


def years(written: str | None) -> float | None:
    """An age in years; None for 'N/A' and the like."""
    found = re.fullmatch(r"(\d+) (Year|Month|Week|Day)s?", written or "")
    return int(found[1]) / {"Year": 1, "Month": 12, "Week": 52.18, "Day": 365.25}[found[2]] if found else None


def field_answers(trial: Trial) -> dict[str, str]:
    """Whom the registry's own fields admit; a field that the record lacks is not asked."""
    low, high, sex = (trial.part("eligibilityModule", name) for name in ("minimumAge", "maximumAge", "sex"))
    found = {}
    if low is not None:
        age = years(low)
        found["children"] = "unstated" if age is None else "admitted" if age < SETTINGS["age_of_adults"] else "excluded"
    if high is not None:
        age = years(high)
        is_old = age is not None and age >= SETTINGS["age_of_old_people"]
        found["old people"] = "unstated" if age is None else "admitted" if is_old else "excluded"
    if sex is not None:
        found["women"] = {"ALL": "admitted", "FEMALE": "admitted", "MALE": "excluded"}.get(sex, "unstated")
        found["men"] = {"ALL": "admitted", "MALE": "admitted", "FEMALE": "excluded"}.get(sex, "unstated")
    return found


@counted(Counted((0, 1), 2, 3))
def participants(cohort: Cohort) -> Rows:
    """(subject, answer, trials, trials asked, percentage)."""
    subjects = {row["subject"] for row in reference("participants")} - {"denial", "exception", "misreading"}
    counts: Counter[tuple[str, str]] = Counter()
    for trial in cohort.treatment:
        counts.update(field_answers(trial).items())
        if trial.part("eligibilityModule", "eligibilityCriteria") is not None:
            stated = [value.split(": ") for value in trial.labels.get("participants", ()) if value != "unstated"]
            for subject in subjects:
                answers = [answer for other, answer in stated if other == subject] or ["unstated"]
                counts.update((subject, answer) for answer in answers)
    sizes: Counter[str] = Counter()
    for (subject, _), n in counts.items():
        sizes[subject] += n
    return [(*key, n, sizes[key[0]], share(n, sizes[key[0]])) for key, n in counts.items()]
