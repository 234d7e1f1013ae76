/* SPDX-License-Identifier: LGPL-2.1-only */
/* nearest.h - which name was meant by one that is mistyped */
#ifndef NEAREST_H
#define NEAREST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How many letters are to be put in, left out, changed, or exchanged with the
 * next one, to make one word of the other; small and capital ones are the
 * same.  NEAREST_FAR for words too long to be compared.
 */
#define NEAREST_FAR 48
unsigned int nearest_distance(const char *a, size_t nr_a, const char *b,
			      size_t nr_b);

/* Whether words so far off from each other are near: a third of the letters of
 * the longer one may differ. */
static inline bool nearest_is_near(unsigned int off, size_t a, size_t b)
{
	return off <= (a > b ? a : b) / 3;
}

/* The name that is nearest to `name`, or NULL if none is near. */
const char *nearest_name(const char *name, const char *const *names, size_t nr);

#endif
