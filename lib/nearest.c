// SPDX-License-Identifier: LGPL-2.1-only
/* nearest - which name was meant by one that is mistyped */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "nearest.h"

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Row i of the table is about the first i letters of `a`, of which only the
 * last two rows are needed. */
unsigned int nearest_distance(const char *a, size_t nr_a, const char *b,
			      size_t nr_b)
{
	unsigned int rows[3][NEAREST_FAR];
	unsigned int *older = rows[0], *old = rows[1], *row = rows[2];

	if (nr_a >= NEAREST_FAR || nr_b >= NEAREST_FAR)
		return NEAREST_FAR;
	for (size_t k = 0; k <= nr_b; k++)
		row[k] = k;
	for (size_t i = 1; i <= nr_a; i++) {
		unsigned int *spare = older;

		older = old;
		old = row;
		row = spare;
		row[0] = i;
		for (size_t k = 1; k <= nr_b; k++) {
			row[k] = least(least(row[k - 1], old[k]) + 1,
				       old[k - 1] + !same(a[i - 1], b[k - 1]));
			if (i > 1 && k > 1 && same(a[i - 1], b[k - 2]) &&
			    same(a[i - 2], b[k - 1]))
				row[k] = least(row[k], older[k - 2] + 1);
		}
	}
	return row[nr_b];
}

const char *nearest_name(const char *name, const char *const *names, size_t nr)
{
	size_t length = strlen(name);
	unsigned int nearest = NEAREST_FAR;
	const char *found = NULL;

	for (size_t i = 0; i < nr; i++) {
		size_t other = strlen(names[i]);
		unsigned int off =
			nearest_distance(name, length, names[i], other);

		if (off >= nearest || !nearest_is_near(off, length, other))
			continue;
		nearest = off;
		found = names[i];
	}
	return found;
}
