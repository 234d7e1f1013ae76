// SPDX-License-Identifier: LGPL-2.1-only
/* licence - the licence of a program that several are linked into */
#include <stdbool.h>
#include <string.h>

#include "internal.h"
#include "licence.h"

static bool is_one_of(const char *licence, const char *const *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(licence, list[i]))
			return true;
	return false;
}

/* Those that the kernel takes for GPL (linux/license.h). */
static bool is_gpl(const char *licence)
{
	static const char *const list[] = {
		"GPL",		"GPL v2",	"GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
	};

	return is_one_of(licence, list, ARRAY_SIZE(list));
}

/* Those that ask nothing of the whole that they become a part of which the GPL
 * version 2 or a licence of another kind would not allow. */
static bool is_permissive(const char *licence)
{
	static const char *const list[] = {
		"MIT",	"BSD",	   "BSD-2-Clause",  "BSD-3-Clause",
		"0BSD", "ISC",	   "Zlib",	    "Unlicense",
		"CC0",	"CC0-1.0", "Public Domain", "X11",
	};

	return is_one_of(licence, list, ARRAY_SIZE(list));
}

static bool combine(const char *one, const char *other)
{
	return is_permissive(one) || is_permissive(other) ||
	       (is_gpl(one) && is_gpl(other)) || !strcmp(one, other);
}

const char *licence_combine(const char *const *licences, size_t nr, size_t *a,
			    size_t *b)
{
	const char *whole = licences[0];
	size_t strict = 0; /* the first that asks something of the whole */

	for (size_t i = 1; i < nr; i++) {
		if (!combine(licences[strict], licences[i])) {
			*a = strict;
			*b = i;
			return NULL;
		}
		if (!is_permissive(licences[i]) &&
		    is_permissive(licences[strict])) {
			strict = i;
			whole = licences[i];
		}
	}
	return is_gpl(whole) && nr > 1 ? "GPL" : whole;
}
