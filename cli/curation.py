"""Commands of curation: label a file, score against hand labels, take uncertain labels to people and back."""

import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli.options import HomeOption, command_of, readable
from cli.workers import workers_for
from tasks.errors import CartscapeError
from tasks.home import home_at
from tasks.settings import REPOSITORY, load_protocol

app = typer.Typer(no_args_is_help=True)
review_app = typer.Typer(no_args_is_help=True, help="Take uncertain labels to people, and their decisions back.")
command = command_of(app)
review_command = command_of(review_app)
DECISIONS = REPOSITORY / "curation" / "decisions.tsv"
LINK_DECISIONS = REPOSITORY / "curation" / "publication_decisions.tsv"
Studies = Annotated[Path, typer.Argument(help="A registry download: .json, .jsonl, either gzipped, or .zip.")]


@command
def curate(
    studies: Annotated[Path, typer.Argument(help="A registry download: .json, .jsonl, either gzipped, or .zip.")],
    out: Annotated[Path, typer.Option(help="CSV of labels to write, one row a study.")],
    evidence: Annotated[Path | None, typer.Option(help="CSV of evidence to write, one row a quote.")] = None,
) -> None:
    """Label the studies of a file, each label with the words that say so.

    Example: cartscape curate studies.json --out labels.csv --evidence evidence.csv
    """
    from tasks.curate import write_labels

    unreadable: list[str] = []
    count = write_labels(readable(studies, unreadable), out, evidence)
    for reason in unreadable:
        typer.echo(f"quarantined: {reason}", err=True)
    typer.echo(f"{count:,} studies labelled in {out}, {len(unreadable):,} could not be read")


@command
def match(
    trials: Annotated[Path, typer.Argument(help="A registry download.")],
    articles: Annotated[Path, typer.Argument(help="Articles: JSON lines, a table or PubMed XML, however many.")],
    out: Annotated[Path, typer.Option(help="CSV of links to write, one row a candidate.")],
) -> None:
    """Find and judge the papers of trials, each link with its criteria.

    Example: cartscape match trials.jsonl articles.jsonl --out links.csv
    """
    from tasks.papers.match import match_files

    protocol = load_protocol()
    with workers_for(protocol.compute, home_at()) as workers:
        count = match_files(trials, articles, out, protocol.matching, workers, partial(typer.echo, err=True))
    typer.echo(f"{count:,} links in {out}")


@command
def evaluate(
    gold: Annotated[Path, typer.Argument(help="CSV of hand labels, columns as `cartscape curate` writes them.")],
    studies: Annotated[list[Path], typer.Argument(help="Registry downloads that hold the studies.")],
) -> None:
    """Score the curation of studies against hand labels.

    Example: cartscape evaluate labels.csv registry-2026.jsonl.gz registry-2018.jsonl.gz
    """
    from tasks.curate import curate_studies, label_row, load_vocabularies
    from tasks.curate.evaluation import evaluate as score
    from tasks.curate.evaluation import general_codes, read_gold, score_table

    wanted = read_gold(gold)
    numbers = {row["nct_id"] for row in wanted}
    vocabularies, unreadable = load_vocabularies(), list[str]()
    ours = {
        curation.nct_id: label_row(curation)
        for path in studies
        for curation in curate_studies(readable(path, unreadable), vocabularies)
        if curation.nct_id in numbers
    }
    typer.echo(score_table(score(wanted, ours, general_codes(vocabularies))))
    missing = len(numbers - ours.keys())
    typer.echo(f"{len(ours):,} of {len(numbers):,} hand-labelled studies found; {missing:,} count as unlabelled")


@review_command
def export(
    out: Annotated[Path, typer.Argument(help="Workbook to write.")],
    papers: Annotated[bool, typer.Option("--papers", help="Pairs of trial and paper to judge, not labels.")] = False,
    registrations: Annotated[
        bool, typer.Option("--registrations", help="Registrations that may be one trial, not labels.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Write what people should look at as a workbook: uncertain labels, or pairs of trial and paper drawn by strata.

    Or pairs of registrations of different registries that may be one trial.

    Example: cartscape review export queue.xlsx; cartscape review export pairs.xlsx --papers
    """
    if registrations:
        from tasks.warehouse.registration_review import export_registrations, suspected_pairs

        count = export_registrations(suspected_pairs(home_at(home)), out)
        typer.echo(f"{count:,} pairs in {out}; write same or different, sign, then 'cartscape review import'")
        return
    from tasks.curate.review import export_queue
    from tasks.papers.review import export_pairs
    from tasks.warehouse.review_queue import published_pairs, published_questions

    if papers:
        count = export_pairs(published_pairs(home_at(home), load_protocol().review), out)
        typer.echo(f"{count:,} pairs in {out}; write accept or reject, sign, then 'cartscape review import'")
        return
    count = export_queue(published_questions(home_at(home), load_protocol().review), out)
    typer.echo(f"{count:,} questions in {out}; fill in the last three columns, then 'cartscape review import'")


@review_command
def import_(
    answers: Annotated[Path, typer.Argument(help="The workbook with decisions, or a .tsv of signed rows.")],
    decisions: Annotated[Path | None, typer.Option(help="File of decisions to append to.")] = None,
) -> None:
    """Check signed decisions and append them to those of curation/; none is taken if one is wrong.

    Labels go to curation/decisions.tsv, links of trials and papers to curation/publication_decisions.tsv, pairs of
    registrations to curation/registration_decisions.tsv. Of a judged workbook of links, precision and recall are told.

    Example: cartscape review import queue.xlsx
    """
    from tasks.curate import load_vocabularies
    from tasks.curate.review import import_answers
    from tasks.curate.sheets import header_of

    header = header_of(answers)
    if "paper_key" in header:
        import_links(answers, decisions or LINK_DECISIONS)
        return
    if "other_nct_id" in header:
        import_pairs_of_registrations(answers, decisions)
        return
    decisions = decisions or DECISIONS
    taken = import_answers(answers, decisions, datetime.date.today(), load_vocabularies().allowed)
    if not taken:
        raise CartscapeError(f"{answers}: no row holds a decision; fill in the column 'decision'")
    typer.echo(f"{taken:,} decisions appended to {decisions}; 'cartscape build' applies them")


def import_links(answers: Path, decisions: Path) -> None:
    """Take the answers about pairs of trial and paper, and tell how right the program is by them."""
    from tasks.papers.review import import_pairs, shares_of

    judged = import_pairs(answers, decisions, datetime.date.today())
    if not judged.answers and not judged.decisions:
        raise CartscapeError(f"{answers}: no row holds a decision; fill in the column 'decision'")
    level = load_protocol().statistics.confidence_level
    for one in shares_of(judged.answers, level) if judged.answers else ():
        said = "no such pair" if one.share is None else f"{one.share:.3f} ({one.low:.3f} to {one.high:.3f})"
        typer.echo(f"{one.what}: {said}, {one.judged:,} judged")
    for stratum in judged.silent_strata:
        typer.echo(f"no answer, and so not in these shares: {stratum}")
    typer.echo(f"{len(judged.decisions):,} decisions appended to {decisions}; 'cartscape build' applies them")


def import_pairs_of_registrations(answers: Path, decisions: Path | None) -> None:
    """Take the answers about pairs of registrations."""
    from tasks.warehouse.registration_review import DECISIONS as SIGNED
    from tasks.warehouse.registration_review import import_registrations

    place = decisions or SIGNED
    taken = import_registrations(answers, place, datetime.date.today())
    if not taken:
        raise CartscapeError(f"{answers}: no row holds a decision; fill in the column 'decision'")
    typer.echo(f"{taken:,} decisions appended to {place}; 'cartscape build' applies them, deleting a row undoes it")


@review_command
def compare(
    one: Annotated[Path, typer.Argument(help="Workbook of the first reviewer.")],
    two: Annotated[Path, typer.Argument(help="Workbook of the second reviewer.")],
) -> None:
    """Tell how two reviewers agree on each attribute, or on pairs of trial and paper: agreement and Cohen's kappa.

    Example: cartscape review compare first.xlsx second.xlsx
    """
    from tasks.curate.review import compare_reviewers
    from tasks.curate.sheets import header_of
    from tasks.papers.review import compare_judges

    typer.echo("attribute  questions  agreement  kappa")
    for found in (compare_judges if "paper_key" in header_of(one) else compare_reviewers)(one, two):
        typer.echo(f"{found.attribute}  {found.questions}  {found.agreement:.3f}  {found.kappa:.3f}")


@review_command
def propose(
    proposals: Annotated[Path, typer.Argument(help="Values with quotes, CSV or JSON lines (docs/second-reader.md).")],
    studies: Annotated[Path, typer.Argument(help="A registry download that holds the studies.")],
    out: Annotated[Path, typer.Option(help="Workbook of questions where the readings differ.")],
) -> None:
    """Compare a second reader's values, each with a verbatim quote, with ours; what differs goes to a workbook.

    Example: cartscape review propose reading.jsonl studies.json --out queue.xlsx
    """
    from tasks.curate import curate_study, load_vocabularies
    from tasks.curate.proposals import compared, read_proposals, verified
    from tasks.curate.review import export_queue, questions

    said, unreadable = list(read_proposals(proposals)), list[str]()
    wanted = {one.nct_id for one in said}
    records = {study.nct_id: study for study in readable(studies, unreadable) if study.nct_id in wanted}
    vocabularies, review = load_vocabularies(), load_protocol().review
    taken, refused = verified(said, records, vocabularies.allowed)
    read = [
        (study, compared(curate_study(study, vocabularies), study, taken, review.agreement))
        for study in records.values()
    ]
    differing = [(study, one) for study, one in read if one.conflicts]
    count = export_queue(questions(differing, review.model_copy(update={"asked_share": 0.0})), out)
    for one in refused:
        typer.echo(f"refused: {one.place}: {one.reason}", err=True)
    typer.echo(f"{len(taken):,} proposals taken, {len(refused):,} refused; {count:,} questions in {out}")


@review_command
def adopt(
    candidate: Annotated[str, typer.Argument(help="The antigen as curation names it, e.g. GPR87.")],
    reviewer: Annotated[str, typer.Option(help="Who adopts it.")],
    symbol: Annotated[str, typer.Option(help="Official symbol of its gene; the candidate itself if left out.")] = "",
) -> None:
    """Turn a candidate antigen into a row of curation/targets.tsv.

    Example: cartscape review adopt GPR87 --reviewer "M. B."
    """
    from tasks.curate.adoption import adopt_target

    typer.echo(adopt_target(candidate, symbol, reviewer, datetime.date.today()))
