"""The command line under test: what runs a command, and what a failed one said."""

from typer.testing import CliRunner

runner = CliRunner()


def one_sentence(output: str) -> str:
    """What a failed command said, on one line."""
    said = [line for line in output.splitlines() if line.startswith("cartscape: ")]
    assert len(said) == 1
    assert "Traceback" not in output
    return said[0]
