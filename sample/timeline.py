"""Statuses and dates of the synthetic studies: what ran, what ended, when it was registered and last changed."""

from datetime import date, timedelta
from random import Random
from typing import Any

from sample.plan import EXPANDED_ACCESS, FINISHED, Plan
from sample.vocabulary import words

Record = dict[str, Any]
LAST_KNOWN = ["RECRUITING", "RECRUITING", "NOT_YET_RECRUITING", "ACTIVE_NOT_RECRUITING"]


def write_status(random: Random, plan: Plan) -> Record:
    """The status module: dates agree with the status, and none lies after the day of the data unless expected."""
    submitted = plan.posted - timedelta(days=random.randint(3, 25))
    start = plan.posted + timedelta(days=random.randint(-200, 160))
    primary, end = _ends(random, plan, start)
    updated = min(
        date.fromisoformat(words("plan")["data_date"]) - timedelta(days=random.randrange(300)),
        max(end, plan.posted) + timedelta(days=60),
    )
    kind = "ACTUAL" if plan.status in FINISHED else "ESTIMATED"
    module: Record = {"statusVerifiedDate": f"{updated:%Y-%m}", "overallStatus": plan.status}
    if plan.status == "UNKNOWN":
        module["lastKnownStatus"] = random.choice(LAST_KNOWN)
    if plan.status in ("TERMINATED", "WITHDRAWN", "SUSPENDED"):
        module["whyStopped"] = random.choice(words("sentences")["words"]["stopped"])
    module["expandedAccessInfo"] = {"hasExpandedAccess": False}
    if plan.status not in EXPANDED_ACCESS:
        start_kind = "ESTIMATED" if plan.status in ("NOT_YET_RECRUITING", "WITHDRAWN") else "ACTUAL"
        module["startDateStruct"] = {"date": start.isoformat(), "type": start_kind}
        module["primaryCompletionDateStruct"] = {"date": primary.isoformat(), "type": kind}
        module["completionDateStruct"] = {"date": end.isoformat(), "type": kind}
    post_kind = "ESTIMATED" if plan.posted.year < 2017 else "ACTUAL"
    module |= {
        "studyFirstSubmitDate": submitted.isoformat(),
        "studyFirstSubmitQcDate": (submitted + timedelta(days=2)).isoformat(),
        "studyFirstPostDateStruct": {"date": plan.posted.isoformat(), "type": post_kind},
        "lastUpdateSubmitDate": updated.isoformat(),
        "lastUpdatePostDateStruct": {"date": updated.isoformat(), "type": post_kind},
    }
    return module


def _ends(random: Random, plan: Plan, start: date) -> tuple[date, date]:
    """Primary completion and completion: past for finished studies, future for those that run."""
    data_date = date.fromisoformat(words("plan")["data_date"])
    if plan.status in FINISHED:
        last = max(start + timedelta(days=60), data_date - timedelta(days=30))
        end = min(start + timedelta(days=random.randint(250, 1600)), last)
    elif plan.status == "UNKNOWN":
        end = start + timedelta(days=random.randint(500, 1100))
    else:
        end = max(
            start + timedelta(days=random.randint(700, 2000)), data_date + timedelta(days=random.randint(60, 900))
        )
    return start + (end - start) * 0.8, end
