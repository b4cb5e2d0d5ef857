"""The review queue of what is published."""

from tasks.curate import curate_study, load_vocabularies
from tasks.curate.review import Question, questions
from tasks.home import Home
from tasks.settings import Review
from tasks.snapshot.read import open_snapshot
from tasks.warehouse.publish import open_published


def published_questions(home: Home, review: Review) -> list[Question]:
    """What a person should look at, of the published snapshot's trials that are eligible or boundary cases."""
    with open_published(home) as connection:
        rows = connection.execute("""
            select trials.snapshot_id, trials.nct_id
            from core.trials inner join meta.published using (snapshot_id)
            where trials.is_found_by_paper_search and (trials.is_eligible or trials.is_boundary)
        """).fetchall()
    numbers = {number for _, number in rows}
    if not numbers:
        return []
    snapshot = open_snapshot(home.snapshot(rows[0][0]))
    vocabularies = load_vocabularies()
    studies = (study for study in snapshot.studies() if study.nct_id in numbers)
    return questions(((study, curate_study(study, vocabularies)) for study in studies), review)
