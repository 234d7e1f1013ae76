// SPDX-License-Identifier: GPL-2.0-only
/* pairs - what two things took in turn, and what the one takes of the other */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pairs.h"

struct estimate {
	double median, low, high;
};

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* The largest k for which fewer than k of n fair coins fall heads with at most
 * 2.5 %: values k and n+1-k in order hold the median between them. */
static int interval_rank(int n)
{
	double chance = pow(0.5, n), sum = 0;
	int k = 0;

	while (sum + chance <= 0.025) {
		sum += chance;
		chance *= (double)(n - k) / (k + 1);
		k++;
	}
	return k;
}

static struct estimate estimate(const double *values, int n)
{
	double sorted[PAIRS_MAX];
	int k = interval_rank(n);

	memcpy(sorted, values, n * sizeof(*values));
	qsort(sorted, n, sizeof(*sorted), compare);
	return (struct estimate){
		.median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2,
		.low = sorted[k - 1],
		.high = sorted[n - k],
	};
}

/* Ends the line. */
static bool judge(const struct estimate *estimate, double limit)
{
	bool above = limit > 0 && estimate->low > limit;

	if (limit > 0)
		printf("  limit %.2f: %s", limit,
		       above			 ? "ABOVE"
		       : estimate->high <= limit ? "within"
						 : "inconclusive");
	putchar('\n');
	return above;
}

bool pairs_report(const struct pairs *pairs, const char *what, double limit)
{
	double ratios[PAIRS_MAX];
	struct estimate ratio;

	for (int i = 0; i < pairs->nr; i++)
		ratios[i] = pairs->a[i] / pairs->b[i];
	ratio = estimate(ratios, pairs->nr);
	printf("  %-5s %9.2f %s %9.2f %s   ratio %6.3f  [%.3f, %.3f]", what,
	       estimate(pairs->a, pairs->nr).median, pairs->unit,
	       estimate(pairs->b, pairs->nr).median, pairs->unit, ratio.median,
	       ratio.low, ratio.high);
	return judge(&ratio, limit);
}

bool pairs_report_a(const struct pairs *pairs, const char *what, double limit)
{
	struct estimate a = estimate(pairs->a, pairs->nr);

	printf("  %-5s %9.2f %s  [%.2f, %.2f]", what, a.median, pairs->unit,
	       a.low, a.high);
	return judge(&a, limit);
}
