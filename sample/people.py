"""Invented people, organisations and sites of the synthetic registry."""

from random import Random
from typing import Any

from sample.plan import Plan
from sample.vocabulary import draw, words

Record = dict[str, Any]


def side(plan: Plan) -> str:
    """Which half of the name lists a study draws from."""
    return "China" if plan.region == "China" else "elsewhere"


def person(random: Random, where: str) -> tuple[str, str]:
    """Given name and surname."""
    names = words("names")["people"][where]
    return random.choice(names["given"]), random.choice(names["surnames"])


def sponsors(random: Random, plan: Plan) -> list[Record]:
    """Lead sponsor and collaborators with their classes; a collaborator's class can occur twice."""
    pools = words("names")["organisations"]
    chosen: list[Record] = []
    for position, organisation_class in enumerate(plan.classes):
        pool = pools[side(plan)].get(organisation_class) or pools["elsewhere"][organisation_class]
        free = [name for name in pool if name not in [entry["name"] for entry in chosen]]
        weights = [1 / (rank + 1) ** 0.7 for rank in range(len(free))]
        chosen.append({"name": random.choices(free, weights)[0], "class": organisation_class})
        if position and organisation_class == "OTHER" and random.random() < 0.25:
            free = [name for name in pool if name not in [entry["name"] for entry in chosen]]
            chosen.append({"name": random.choice(free), "class": organisation_class})
    return chosen


def sites(random: Random, plan: Plan, lead: str, contact: Record) -> list[Record]:
    """Study sites with city, country and coordinates; the first is the lead sponsor's."""
    countries = [c for c in words("places")["country"] if c["region"] == plan.region]
    home = draw(random, [(c, c["weight"]) for c in countries])
    is_industry = plan.classes[0] == "INDUSTRY"
    most = 12 if is_industry and plan.region != "China" else 5 if is_industry else 3
    count = 1 if random.random() < 0.45 else random.randint(2, most)
    if plan.phases in ("PHASE3", "PHASE2") and is_industry and plan.region != "China":
        count += random.randint(5, 25)
    found = [_site(random, home, lead if not is_industry else None, plan)]
    for _ in range(count - 1):
        abroad = is_industry and plan.region != "China" and random.random() < 0.3
        pool = words("places")["country"]
        country = draw(random, [(c, c["weight"]) for c in pool if c["region"] != "China"]) if abroad else home
        found.append(_site(random, country, None, plan))
    if plan.status == "RECRUITING":
        found[0]["contacts"] = [contact]
    return found


def _site(random: Random, country: Record, facility: str | None, plan: Plan) -> Record:
    names = words("names")["facilities"]
    city, state, postcode, latitude, longitude, _ = draw(random, [(c, c[5]) for c in country["cities"]])
    site: Record = {"facility": (facility or random.choice(names["others"])) + random.choice(names["suffixes"])}
    if plan.status == "RECRUITING":
        site["status"] = "RECRUITING"
    site["city"] = city
    if state:
        site["state"] = state
    if postcode and random.random() < 0.8:
        site["zip"] = postcode
    site["country"] = country["name"]
    if random.random() < 0.97:
        site["geoPoint"] = {"lat": latitude, "lon": longitude}
    return site


def contact(random: Random, given: str, surname: str) -> Record:
    """A contact with a telephone number of the range kept free for fiction and an address at example.org."""
    address = "".join(
        letter for letter in f"{given}.{surname}".lower() if letter.isascii() and (letter.isalpha() or letter == ".")
    )
    degree = random.choice(words("names")["people_titles"]["degrees"])
    return {
        "name": f"{given} {surname}{degree}",
        "role": "CONTACT",
        "phone": f"+1-555-01{random.randrange(100):02d}",
        "email": f"{address}@example.org",
    }
