"""The review queue of what is published: labels, and pairs of trial and paper."""

from tasks.curate import curate_study, load_vocabularies
from tasks.curate.review import Question, questions
from tasks.frames import frame_of
from tasks.home import Home
from tasks.papers.review import Pair, drawn
from tasks.protocol import Review
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
    return questions(((study, curate_study(study, vocabularies)) for study in snapshot.studies(numbers)), review)


def published_pairs(home: Home, review: Review) -> list[Pair]:
    """Pairs of a trial of the landscape and a paper to judge, of those that the program itself decided."""
    with open_published(home) as connection:
        rows = frame_of(
            connection.sql(
                """
            with criteria as (
                select
                    snapshot_id, nct_id, paper_key,
                    string_agg(concat(criterion, ': ', verdict, ' (' || words || ')'), chr(10) order by criterion)
                        as told
                from core.publication_criteria
                group by all
            )
            select
                papers.nct_id,
                papers.paper_key,
                coalesce(trials.brief_title, '') as trial,
                coalesce(papers.title, '') as paper,
                coalesce(papers.journal, '') as journal,
                coalesce(papers.publication_date::varchar, '') as published,
                papers.kind,
                coalesce(papers.kind_words, '') as words,
                replace(coalesce(criteria.told, ''), '_', ' ') as criteria,
                $1 || papers.nct_id as trial_page,
                papers.route,
                coalesce(papers.score, 0) as score,
                papers.decision as decision_by_program
            from core.trial_publications as papers
            inner join meta.published using (snapshot_id)
            inner join core.trials as trials using (snapshot_id, nct_id)
            left join criteria using (snapshot_id, nct_id, paper_key)
            where trials.is_in_cohort and papers.decided_by like 'matching:%'
        """,
                params=[review.study_page],
            )
        )
    return drawn((Pair(**row) for row in rows.iter_rows(named=True)), review.score_bands, review.judged_pairs)
