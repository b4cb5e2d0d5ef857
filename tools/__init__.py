"""Programs that write files of this repository: dictionary, landscape document, survey form, weights of the matcher."""
