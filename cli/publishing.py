"""Commands that bring what was published to others."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import HomeOption, command_of
from tasks.home import home_at
from tasks.settings import load_protocol

app = typer.Typer(no_args_is_help=True)
command = command_of(app)


@command
def publish_site(
    folder: Annotated[Path, typer.Argument(help="Folder to write; a site that stands there is replaced in one step.")],
    url: Annotated[str, typer.Option(help="Address at which the site will stand, for the feed and the metadata.")] = "",
    home: HomeOption = None,
) -> None:
    """Write all that a static host needs: page, exports, dictionary, feed of changes, metadata, citation.

    Example: cartscape publish-site site --url https://example.org/landscape
    """
    from tasks.publish.site import publish_site as write_site

    typer.echo(f"site  {write_site(home_at(home), load_protocol(), folder, url)}")
