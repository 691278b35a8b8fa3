"""Intervals under smoothness restrictions by `diff_diff` 3.13.0 (MIT), an independent implementation.

Run: uv run make_parallel_trends.py (the project itself does not need diff-diff).
"""

# /// script
# dependencies = ["diff-diff==3.13.0", "numpy"]
# ///

import csv

import numpy as np
from diff_diff.honest_did import _compute_optimal_flci

rng = np.random.default_rng(11)
with open("parallel_trends.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["case", "n_before", "n_after", "bend", "estimates", "covariance", "low", "high"])
    for case, (before, after) in enumerate([(1, 2), (2, 3), (2, 5), (4, 3)]):
        k = before + after
        root = rng.normal(size=(k, k)) + 2 * np.eye(k)
        covariance = root @ root.T * 1e-4
        estimates = np.concatenate([rng.normal(0, 0.01, before), 0.08 + rng.normal(0, 0.01, after)])
        weights = np.full(after, 1 / after)
        for bend in (0.0, 0.002, 0.01, 0.05):
            low, high = _compute_optimal_flci(
                estimates[:before], estimates[before:], covariance, weights, before, after, bend
            )
            writer.writerow(
                [
                    case,
                    before,
                    after,
                    bend,
                    *(
                        " ".join(f"{value:.12g}" for value in np.ravel(part))
                        for part in (estimates, covariance)
                    ),
                    f"{low:.12g}",
                    f"{high:.12g}",
                ]
            )
