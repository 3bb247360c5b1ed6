"""Values and calls that nobody wrote down: Hypothesis draws them, and laws judge the results."""
