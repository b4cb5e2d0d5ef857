"""The e-mail address under which a live run asks: asked for once, kept in the home, and sent to the services."""

import os
import sys

import typer

from tasks.files import write_file
from tasks.home import Home
from tasks.settings import load_protocol

VARIABLE = "CARTSCAPE_CONTACT_EMAIL"
WHY = (
    "PubMed asks every program for a contact address, and writes there before it blocks one that asks too much; "
    "it goes to PubMed and, in the User-Agent, to the registries, and to nobody else."
)


def use_contact(home: Home, is_asked: bool = False) -> None:
    """Let this process and those that it starts ask under the address that is set, or that the home keeps.

    Where neither is there, `is_asked` asks whoever sits at the terminal, once; no answer is kept as none.
    """
    if load_protocol().interfaces.contact_email:
        return
    if not home.contact.exists() and is_asked and sys.stdin.isatty() and sys.stdout.isatty():
        write_file(home.contact, f"{ask()}\n".encode(), mode=0o600)
    if home.contact.exists() and (kept := home.contact.read_text(encoding="utf-8").strip()):
        os.environ[VARIABLE] = kept


def ask() -> str:
    """An address that can be one, or none."""
    from tasks.survey.addresses import checked_address

    typer.echo(WHY)
    while written := typer.prompt("Your e-mail address (Enter for none)", default="", show_default=False).strip():
        found = checked_address(written)
        if found.email:
            return found.email
        typer.echo(f"{written}: not an address ({found.problem})")
    return ""
