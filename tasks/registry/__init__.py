"""The registry of ClinicalTrials.gov: its records, its interface, its searches."""
