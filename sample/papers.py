"""Writes the papers of the synthetic registry: results, second papers, protocols, reviews, case reports, strangers."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sample import people
from sample.plan import Plan
from sample.vocabulary import draw, say, words

Record = dict[str, Any]
# how a results paper can be traced to its study, and how often; several can hold for one paper
TRACES = {"accession": 0.42, "abstract": 0.45, "full_text": 0.70, "reference": 0.60}


@dataclass
class Written:
    """A study with the words it was written with."""

    plan: Plan
    record: Record
    said: dict[str, str]

    @property
    def protocol(self) -> Record:
        """The protocol section of its record."""
        section: Record = self.record["protocolSection"]
        return section


class Library:
    """Papers in the order they were written, numbered from `first_pmid` of `sample/plan.toml`."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.papers: list[Record] = []
        self.pmid: int = words("plan")["first_pmid"]

    def write(self, kind: str, study: Written, day: date, nct_ids: list[str] | None = None) -> Record:
        """Add one paper of a kind about a study's subject; `nct_ids` are those that its full text names."""
        wording = words("papers")
        said = study.said | self._numbers(study, day)
        title_kind = f"{kind}_{study.plan.topic}" if kind == "results" and study.plan.topic != "treatment" else kind
        self.pmid += self.random.randrange(2, 90)
        paper: Record = {"pmid": str(self.pmid), "doi": f"10.99999/synthetic.{self.pmid}"}
        paper["title"] = say(self.random, wording["titles"][title_kind], said)
        paper["abstract"] = self._abstract(kind, said)
        paper["authors"] = self._authors(study, is_own=kind in ("results", "second", "protocol", "case_report"))
        paper["year"] = str(day.year)
        paper["journal"] = self.random.choice(wording["journals"])
        paper["publication_types"] = self.random.choice(wording["types"][kind])
        paper["mesh_terms"] = [words("diseases")[study.plan.disease_group][study.plan.disease]["mesh"][1], "Humans"]
        paper |= self._dates(day)
        paper["nct_ids"] = []
        paper["full_text_nct_ids"] = nct_ids or []
        self.papers.append(paper)
        return paper

    def _numbers(self, study: Written, day: date) -> dict[str, str]:
        count, rate = self.random.randint(6, 90), self.random.randint(30, 95)
        numbers = {"nct": study.plan.nct_id, "count": str(count), "rate": str(rate)}
        numbers |= {"complete": str(self.random.randint(10, rate)), "severe": str(self.random.randint(0, 6))}
        years = {"start_year": str(day.year - 4), "end_year": str(day.year - 1)}
        return numbers | years | {"dose": study.said["dose"].replace("\\", "")}

    def _abstract(self, kind: str, said: dict[str, str]) -> str:
        wording = words("papers")["abstracts"]
        if kind in ("results", "second"):
            parts = [
                say(self.random, wording[part], said) for part in ("background", "methods", "results", "conclusion")
            ]
            return "\n".join(
                f"{label}: {text}"
                for label, text in zip(("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS"), parts, strict=True)
            )
        if kind == "unrelated" and self.random.random() < 0.1:
            return ""
        return say(self.random, wording[kind], said)

    def _authors(self, study: Written, is_own: bool) -> list[Record]:
        """Author list; the investigator stands last or first on papers of the own group."""
        where = people.side(study.plan)
        names = [people.person(self.random, where) for _ in range(self.random.randint(4, 9))]
        if is_own and self.random.random() < 0.9:
            position = draw(self.random, [(len(names), 6), (0, 3), (2, 1)])
            names.insert(position, (study.said["given"], study.said["surname"]))
        return [self._author(given, surname, study.said["sponsor"]) for given, surname in names]

    def _author(self, given: str, surname: str, affiliation: str) -> Record:
        initials = "".join(part[0] for part in given.replace("-", " ").split())
        author: Record = {
            "name": f"{surname} {initials}",
            "last_name": surname,
            "fore_name": given,
            "initials": initials,
        }
        if self.random.random() < 0.7:
            author["affiliations"] = [affiliation]
        return author

    def _dates(self, day: date) -> Record:
        """Print and electronic date as PubMed prints them: often partial, sometimes one alone, once a season."""
        printed = draw(
            self.random, [(f"{day:%Y-%b}", 6), (f"{day:%Y-%b-%d}", 3), (f"{day:%Y}", 1), (f"{day:%Y} Winter", 0.1)]
        )
        electronic = (day - timedelta(days=self.random.randint(10, 90))).isoformat()
        form = self.random.random()
        if form < 0.1:
            return {"print_date": printed}
        return {"electronic_date": electronic} if form < 0.2 else {"print_date": printed, "electronic_date": electronic}


def write_papers(random: Random, studies: list[Written]) -> list[Record]:
    """All papers; the registry references that lead to some of them are added to the studies' records."""
    library = Library(random)
    counts = words("plan")["papers"]
    published = [study for study in studies if study.plan.is_published]
    for study in published:
        _results_paper(library, study)
    for study in random.sample(published, counts["second_papers"]):
        paper = library.write("second", study, _day_after(random, study, 900))
        _leave_traces(library, study, paper, "DERIVED")
    for study in random.sample(studies, counts["protocols"]):
        paper = library.write("protocol", study, _day_after(random, study, 200), [study.plan.nct_id])
        paper["nct_ids"] = [study.plan.nct_id]
    for study in random.sample(studies, counts["case_reports"]):
        library.write("case_report", study, _day_after(random, study, 700))
    for _ in range(counts["reviews"]):
        _review(library, random.sample([s for s in studies if s.plan.antigens], random.randint(3, 9)))
    for study in random.choices([s for s in studies if s.plan.antigens], k=counts["unrelated"]):
        library.write("unrelated", study, study.plan.posted + timedelta(days=random.randint(-1500, 1500)))
    _dead_references(random, studies)
    return sorted(library.papers, key=lambda paper: str(paper["pmid"]))


def _day_after(random: Random, study: Written, least: int) -> date:
    latest = date.fromisoformat(words("plan")["data_date"])
    return min(
        study.plan.posted + timedelta(days=least + random.randint(0, 900)),
        latest - timedelta(days=random.randint(1, 120)),
    )


def _results_paper(library: Library, study: Written) -> None:
    paper = library.write("results", study, _day_after(library.random, study, 450))
    _leave_traces(library, study, paper, library.random.choice(["RESULT", "DERIVED", "DERIVED"]))


def _leave_traces(library: Library, study: Written, paper: Record, reference_type: str) -> None:
    """Put the study's number where real papers have it: data bank list, abstract, full text, registry reference."""
    held = {trace for trace, share in TRACES.items() if library.random.random() < share}
    if "accession" in held:
        paper["nct_ids"] = [study.plan.nct_id]
    if "abstract" in held:
        sentence = say(
            library.random, words("papers")["abstracts"]["registration"], {**study.said, "nct": study.plan.nct_id}
        )
        paper["abstract"] = f"{paper['abstract']} {sentence}".strip()
    if "full_text" in held:
        paper["full_text_nct_ids"] = [study.plan.nct_id]
    if "reference" in held:
        _refer(study, paper, reference_type)


def _refer(study: Written, paper: Record, reference_type: str) -> None:
    names = ", ".join(author["name"] for author in paper["authors"])
    citation = f"{names}. {paper['title']}. {paper['journal']}. {paper['year']}. doi: {paper['doi']}."
    references = study.protocol.setdefault("referencesModule", {}).setdefault("references", [])
    references.append({"pmid": paper["pmid"], "type": reference_type, "citation": citation})


def _review(library: Library, studies: list[Written]) -> None:
    """A review that names several studies, and that the registry then lists under each as a DERIVED reference."""
    newest = max(study.plan.posted for study in studies)
    latest = date.fromisoformat(words("plan")["data_date"])
    paper = library.write(
        "review", studies[0], min(newest + timedelta(days=300), latest), [study.plan.nct_id for study in studies]
    )
    if library.random.random() < 0.6:
        for study in studies:
            _refer(study, paper, "DERIVED")


def _dead_references(random: Random, studies: list[Written]) -> None:
    """References to older background papers, one without a PMID, and one to a paper that does not exist."""
    for study in random.sample(studies, 60):
        references = study.protocol.setdefault("referencesModule", {}).setdefault("references", [])
        citation = f"Haldanesson T. Background of {study.said['disease']}. Cell Medicine Letters. 1999."
        references.append({"type": "BACKGROUND", "citation": citation})
    references = studies[-1].protocol.setdefault("referencesModule", {}).setdefault("references", [])
    references.append({"pmid": "99999999", "type": "RESULT", "citation": "Nobody A. A paper that does not exist."})
