"""The paper's criteria for a link, one by one: pass, fail or unknown, with the words behind it.

The score comes from `weights.toml`; the criteria say to a reader why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tasks.papers.article import Article
from tasks.papers.features.facts import (
    affiliations,
    article_antigens,
    author_position,
    trial_antigens,
    types_of_phases,
)
from tasks.papers.features.terms import first_values
from tasks.papers.features.wordings import aims_of_trial, designs_of_trial, kinds, quote
from tasks.papers.judge.kinds import BY_A_PERSON, BY_NUMBER, Kind
from tasks.papers.judge.kinds import kinds as kinds_of_papers
from tasks.papers.score.ranking import Rival
from tasks.papers.trial import Trial
from tasks.papers.words import fold, tokens, vocabulary
from tasks.protocol import Matching

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"


@dataclass(frozen=True)
class Verdict:
    """pass, fail or unknown, and the words of both sides that say so."""

    verdict: str
    words: str = ""


def study_design(trial: Trial, article: Article, matching: Matching) -> Verdict:
    """Phase by PubMed's type, else randomized, single-arm or observational by the wording of the title."""
    phases = types_of_phases(trial)
    typed = [kind for kind in article.publication_types if kind.lower().startswith("clinical trial, phase")]
    if phases and typed:
        is_same = bool(phases & {kind.lower() for kind in typed})
        return Verdict(PASS if is_same else FAIL, f"registered {'/'.join(trial.phases)}; PubMed: {', '.join(typed)}")
    planned = designs_of_trial(trial)
    told = kinds("design_wordings", article.title) or kinds("design_wordings", article.abstract)
    if not planned or not told:
        return Verdict(UNKNOWN)
    kind = sorted(planned & told or told)[0]
    text = article.title if kind in kinds("design_wordings", article.title) else article.abstract
    words = f"registered {'/'.join(sorted(planned))}; paper: {quote('design_wordings', kind, text)}"
    return Verdict(PASS if planned & told else FAIL, words)


def indication(trial: Trial, article: Article, matching: Matching) -> Verdict:
    """A disease in common by the vocabulary of curation, else the words of a condition in the paper."""
    ours = first_values("diseases", (" | ".join(trial.conditions), trial.titles))
    theirs = first_values("diseases", (article.title, article.abstract))
    if shared := [value for value in ours if value in theirs]:
        return Verdict(PASS, f"{ours[shared[0]]}; paper: {theirs[shared[0]]}")
    share, words = _best_covered(trial.conditions or (trial.brief_title,), article)
    if share >= matching.indication_words_share:
        return Verdict(PASS, words)
    if ours and theirs:
        return Verdict(FAIL, f"{next(iter(ours.values()))}; paper: {next(iter(theirs.values()))}")
    return Verdict(UNKNOWN, words)


def primary_purpose(trial: Trial, article: Article, matching: Matching) -> Verdict:
    """What both are after: treatment, prevention, prediction, diagnosis, biology, care."""
    ours, theirs = aims_of_trial(trial), kinds("aim_wordings", article.title)
    if shared := sorted(ours & theirs):
        return Verdict(PASS, f"{shared[0]}: {quote('aim_wordings', shared[0], article.title)}")
    if shared := sorted(ours & kinds("aim_wordings", article.abstract)):
        return Verdict(PASS, f"{shared[0]}: {quote('aim_wordings', shared[0], article.abstract)}")
    if ours and theirs:
        return Verdict(FAIL, f"registered {'/'.join(sorted(ours))}; paper {'/'.join(sorted(theirs))}")
    return Verdict(UNKNOWN)


def principal_investigator(trial: Trial, article: Article, matching: Matching) -> Verdict:
    """An investigator among the authors; without names on both sides, the sponsor among the affiliations."""
    authors = [author.person for author in article.authors if author.person]
    if trial.investigators and authors:
        for name in trial.investigators:
            if position := author_position((name,), authors):
                return Verdict(PASS, f"{name}: {position} author")
        return Verdict(
            FAIL, f"{trial.investigators[0]} is not among {len(authors)} authors ({authors[0].written}, ...)"
        )
    places = affiliations(article)
    home = next((name for name in trial.organisations if fold(name) in places), "")
    return Verdict(PASS, f"affiliation: {home}") if home else Verdict(UNKNOWN)


def intervention(trial: Trial, article: Article, matching: Matching) -> Verdict:
    """The trial's number, or the words of an intervention, in the paper."""
    if named := sorted(trial.numbers & article.named_numbers):
        return Verdict(PASS, f"names {named[0]}")
    share, words = _best_covered(trial.interventions, article)
    if share >= matching.intervention_words_share:
        return Verdict(PASS, words)
    if share == 0 and trial.interventions and article.abstract:
        return Verdict(FAIL, f"no word of {trial.interventions[0]}")
    return Verdict(UNKNOWN, words)


def target(trial: Trial, article: Article, matching: Matching) -> Verdict:
    """The antigens that both name; unknown for studies without CAR-T."""
    ours = trial_antigens(trial)
    theirs = article_antigens(article) if ours else {}
    if not ours or not theirs:
        return Verdict(UNKNOWN)
    shared = [value for value in ours if value in theirs]
    words = f"registered {', '.join(ours.values())}; paper {', '.join(theirs.values())}"
    return Verdict(PASS if shared else FAIL, words)


def dates(trial: Trial, article: Article, matching: Matching) -> Verdict:
    """Published after the start of the study."""
    if not article.publication_date or not trial.start:
        return Verdict(UNKNOWN)
    is_before = article.publication_date.years < trial.start.years - matching.start_tolerance_years
    words = f"started {trial.start.iso}, published {article.publication_date.iso}"
    if trial.completion:
        months = round((article.publication_date.years - trial.completion.years) * 12)
        words += f", {abs(months)} months {'after' if months >= 0 else 'before'} completion {trial.completion.iso}"
    return Verdict(FAIL if is_before else PASS, words)


def article_type(article: Article, kind: Kind) -> Verdict:
    """Fails for papers that are none of the trial's: reviews, comments, notices, work on animals and cells.

    Passes for results of whatever kind, by PubMed's types of trials and studies or by what the abstract says;
    protocols, case reports and pooled analyses stay unknown.
    """
    if kinds_of_papers()[kind.kind] == BY_A_PERSON:
        return Verdict(FAIL, f"{kind.kind}; {kind.words}")
    if words := quote("article_wordings", "preclinical", article.title):
        return Verdict(FAIL, words)
    if kinds_of_papers()[kind.kind] == BY_NUMBER:
        return Verdict(UNKNOWN, f"{kind.kind}; {kind.words}")
    known = set(vocabulary()["article_types"]["results"])
    typed = [kind for kind in article.publication_types if kind.lower() in known]
    if typed:
        return Verdict(PASS, typed[0])
    words = quote("article_wordings", "results", article.abstract) if article.abstract else ""
    return Verdict(PASS, words) if words else Verdict(UNKNOWN)


def other_trials(trial: Trial, article: Article, matching: Matching) -> Verdict:
    """Fails where a paper prints the number of another trial, of whatever registry, and not this one's.

    Its full text counts where neither data bank list nor abstract prints a number: full texts name other people's
    trials too.
    """
    for named in (article.printed_numbers, article.named_numbers):
        if own := sorted(trial.numbers & named):
            return Verdict(PASS, f"names {own[0]}")
        if named:
            return Verdict(FAIL, f"names {', '.join(sorted(named)[:3])}, not {trial.nct_id}")
    return Verdict(UNKNOWN)


CRITERIA: dict[str, Callable[[Trial, Article, Matching], Verdict]] = {
    "study_design": study_design,
    "indication": indication,
    "primary_purpose": primary_purpose,
    "principal_investigator": principal_investigator,
    "intervention": intervention,
    "target": target,
    "dates": dates,
    "other_trials": other_trials,
}


ARTICLE_TYPE, RIVAL_PAPERS, RIVAL_TRIALS = "article_type", "rival_papers", "rival_trials"
VERDICTS = (*CRITERIA, ARTICLE_TYPE, RIVAL_PAPERS, RIVAL_TRIALS)


def judge(
    trial: Trial, article: Article, kind: Kind, matching: Matching, rivals: tuple[Rival, ...] | None = None
) -> dict[str, Verdict]:
    """Every criterion of a pair, by the limits of the study protocol; `rivals` are None for a pair without a score."""
    verdicts = {name: criterion(trial, article, matching) for name, criterion in CRITERIA.items()}
    verdicts[ARTICLE_TYPE] = article_type(article, kind)
    if rivals is None:
        return verdicts | {RIVAL_PAPERS: Verdict(UNKNOWN), RIVAL_TRIALS: Verdict(UNKNOWN)}
    papers = [f"{one.article.key}, {_lead(one)}: {one.article.title}" for one in rivals if one.trial == trial]
    trials = [f"{one.trial.nct_id}, {_lead(one)}: {one.trial.brief_title}" for one in rivals if one.trial != trial]
    return verdicts | {RIVAL_PAPERS: _rivalry(papers), RIVAL_TRIALS: _rivalry(trials)}


def _rivalry(rivals: list[str]) -> Verdict:
    """Fails where another paper fits the trial about as well, or another trial the paper, with its name and title."""
    return Verdict(FAIL, rivals[0]) if rivals else Verdict(PASS, "none comes near")


def _lead(rival: Rival) -> str:
    """How far behind or ahead a rival is, in log odds."""
    return f"{abs(rival.lead):.1f} {'behind' if rival.lead >= 0 else 'ahead'}"


def _best_covered(phrases: tuple[str, ...], article: Article) -> tuple[float, str]:
    """The largest share of a phrase's words that stand in the paper, and those words."""
    held = _held(article.title, article.abstract)
    best: tuple[float, str] = (0.0, "")
    for phrase in phrases:
        words = [word for word in dict.fromkeys(phrase.split()) if _tokens_of(word)]
        shared = [word for word in words if held.intersection(_tokens_of(word))]
        if words and len(shared) / len(words) > best[0]:
            best = (len(shared) / len(words), f"{phrase}: {' '.join(shared)}")
    return best


@lru_cache(maxsize=4096)
def _held(title: str, abstract: str) -> frozenset[str]:
    return frozenset(tokens(f"{title} {abstract}"))


@lru_cache(maxsize=50_000)
def _tokens_of(word: str) -> tuple[str, ...]:
    return tuple(tokens(word))
