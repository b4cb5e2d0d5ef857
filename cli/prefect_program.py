"""Prefect's own command line in a process whose log is harmless: `python -m cli.prefect_program worker start ...`."""

import runpy

from tasks.masking import mask_logs

if __name__ == "__main__":
    mask_logs()
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
