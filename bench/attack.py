"""Attacks the service, its home, its registry and its lock as a stranger, an accident or a careless friend would.

usage: python -m bench.attack [WORDS]

Runs each attack with the tests that hold its outcome, and prints it: held, or what broke. WORDS: only the attacks whose
name holds them. The random kill orders are `bench.kill_orders`, the kills of runs `bench.kills`.
"""

import subprocess
import sys
import time

from tasks.settings import REPOSITORY

SERVICE, WRITER = "tests/end_to_end/test_service.py", "tests/end_to_end/test_one_writer.py"
READERS, BACKUP = "tests/resilience/test_readers.py", "tests/resilience/test_backup.py"
PATIENCE, ORDER = "tests/scenarios/test_snapshot_patience.py", "tests/scenarios/test_snapshot_order.py"
# attack, and the tests that carry it out; words after :: choose among those of a file
ATTACKS = (
    ("power cut of engine, service, worker and server", f"{SERVICE}::killed_in_the_middle"),
    ("Prefect's database damaged", f"{SERVICE}::damaged_database"),
    ("a stranger on the port, without the password", f"{SERVICE}::without_the_password"),
    ("a web page through the tunnel: another origin", f"{SERVICE}::a_page_of_another_server"),
    ("a name that was turned to loopback", f"{SERVICE}::turned_to_loopback"),
    ("a command in job variables, pools, deployments", f"{SERVICE}::nobody_gives_a_command"),
    ("parameters of another type, paths, another home", f"{SERVICE}::parameters_are_checked"),
    ("an echoed key and escapes in logs and database", f"{SERVICE}::a_key_and_escapes"),
    ("an analyst writes into the published warehouse", f"{READERS}::analyst_writes or comes_after"),
    ("readers while runs publish", f"{READERS}::no_reader_fails"),
    ("two runs at once; SIGTERM and SIGKILL of a run", f"{WRITER}::second_run"),
    ("a sweep while another process writes", f"{WRITER}::sweep"),
    ("a person in a backup; a guessed password", f"{BACKUP}::shows_a_person"),
    ("an old backup brings a forgotten person back", f"{BACKUP}::forgotten"),
    ("rot in home and backup", f"{BACKUP}::damaged"),
    ("a backup that would not bring the landscape back", f"{BACKUP}::verifying"),
    ("our clock at 2030; a clock far off", f"{ORDER}::clock or registry_s_time"),
    ("the same data taken again and again", f"{ORDER}::same_data"),
    ("dripping headers and bodies, endless 100 Continue", f"{PATIENCE}::whatever_drips"),
    ("page tokens that repeat or never end", f"{PATIENCE}::token or pages"),
    ("a redirect to another host", f"{PATIENCE}::redirect"),
    ("one record with a surrogate, NaN, control character, 300 levels", "tests/scenarios/test_snapshot_bad_records.py"),
    ("a search for papers that is interrupted", "tests/scenarios/test_publications_in_the_flow.py::interrupted"),
    ("a query that reads or writes files", "tests/unit/test_command_line.py::query"),
    ("a package that is not the lock's", "tests/unit/test_supply_chain.py"),
)


def carried_out(tests: str) -> tuple[str, float]:
    """The outcome of an attack in words, and the seconds that it took."""
    path, _, words = tests.partition("::")
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", path, *(["-k", words] if words else [])]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    lines = run.stdout.strip().splitlines()
    broken = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    outcome = "held" if run.returncode == 0 else f"BROKE: {(broken or lines or ['no test ran'])[-1]}"
    return outcome, time.monotonic() - began


def main() -> None:
    chosen = [one for one in ATTACKS if " ".join(sys.argv[1:]).lower() in one[0].lower()]
    broke = 0
    for name, tests in chosen:
        outcome, seconds = carried_out(tests)
        broke += outcome != "held"
        print(f"{name:<66} {outcome}  ({seconds:.0f} s)", flush=True)
    print(f"{len(chosen)} attacks, {broke} broke something")
    sys.exit(bool(broke))


if __name__ == "__main__":
    main()
