/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pairs.h - what two things took in turn, and what the one takes of the other
 *
 * The machine's speed drifts, so two things are measured as pairs, in
 * alternating order.  Reported is the median of the pairs' ratios with the
 * interval of order statistics that holds the true median with 95 % or more,
 * which assumes no distribution.  With a limit the interval is judged: all of
 * it within, all of it above, or inconclusive.
 */
#ifndef PAIRS_H
#define PAIRS_H

#include <stdbool.h>

#define PAIRS_MIN 15
#define PAIRS_MAX 1000

struct pairs {
	const char *unit;
	int nr; /* PAIRS_MIN to PAIRS_MAX */
	double a[PAIRS_MAX], b[PAIRS_MAX];
};

/*
 * Prints a line about `what`: both medians, and the ratio a/b.  A limit for the
 * ratio of 0 is none.  True if the ratio is above it for sure.
 */
bool pairs_report(const struct pairs *pairs, const char *what, double limit);

/* The same for `a` alone, and a limit of its own unit. */
bool pairs_report_a(const struct pairs *pairs, const char *what, double limit);

#endif
