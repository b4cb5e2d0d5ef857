"""How much the features are worth: candidate pairs, weights, scores."""
