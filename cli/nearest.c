// SPDX-License-Identifier: GPL-2.0-only
/* nearest - which word was meant by one that is mistyped */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define MAX_LENGTH 31 /* of a word that is compared */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * How many letters are to be put in, left out, changed, or exchanged with the
 * next one, to make one word of the other.  Row i of the table is about the
 * first i letters of `a`, of which only the last two rows are needed.
 */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][MAX_LENGTH + 1];
	size_t *older = rows[0], *old = rows[1], *row = rows[2];
	size_t nr_a = strlen(a), nr_b = strlen(b);

	for (size_t k = 0; k <= nr_b; k++)
		row[k] = k;
	for (size_t i = 1; i <= nr_a; i++) {
		size_t *spare = older;

		older = old;
		old = row;
		row = spare;
		row[0] = i;
		for (size_t k = 1; k <= nr_b; k++) {
			row[k] = least(least(row[k - 1], old[k]) + 1,
				       old[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1])
				row[k] = least(row[k], older[k - 2] + 1);
		}
	}
	return row[nr_b];
}

/* A third of the letters of the longer word may differ. */
void nearest_try(struct nearest *nearest, const char *word)
{
	size_t length = strlen(nearest->typed), longer = strlen(word), off;

	if (length > MAX_LENGTH || longer > MAX_LENGTH)
		return;
	off = distance(nearest->typed, word);
	if (longer < length)
		longer = length;
	if (off > longer / 3 || (nearest->word && off >= nearest->off))
		return;
	nearest->word = word;
	nearest->off = off;
}

const char *nearest_hint(struct nearest *nearest)
{
	if (!nearest->word)
		return "";
	snprintf(nearest->hint, sizeof(nearest->hint), "; did you mean %s?",
		 nearest->word);
	return nearest->hint;
}
