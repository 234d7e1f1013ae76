// SPDX-License-Identifier: LGPL-2.1-only
/*
 * licence - the licence of a program that is made of several
 *
 * A part whose licence the kernel takes for the GPL may call what a program of
 * another licence may not.  So the whole has to be under the GPL too, and dual
 * licences leave no choice.
 */
#include <string.h>
#include <strings.h>

#include "internal.h"
#include "licence.h"

/* All that the kernel believes, to the letter: linux/license.h. */
static const char *const gpl[] = {
	"GPL",		"GPL v2",	"GPL and additional rights",
	"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
};

/*
 * Those whose code may become a part of what is under the GPL, version 2, and
 * of what is under any other licence: SPDX's names, without regard to case as
 * it wants, and two that are older.  Not here: Apache-2.0 and LGPL-3.0, which
 * only version 3 goes with; BSD-4-Clause, OpenSSL and CDDL-1.0, which no
 * version does; MPL-2.0 and EPL-2.0, whose authors may have ruled it out.
 */
static const char *const permissive[] = {
	"0BSD",		"BSD",		 "BSD-2-Clause",
	"BSD-3-Clause", "BSL-1.0",	 "CC0-1.0",
	"ISC",		"LGPL-2.1-only", "LGPL-2.1-or-later",
	"MIT",		"MIT-0",	 "Public Domain",
	"Unlicense",	"X11",		 "Zlib",
};

bool licence_is_gpl(const char *licence)
{
	for (size_t i = 0; i < ARRAY_SIZE(gpl); i++)
		if (!strcmp(licence, gpl[i]))
			return true;
	return false;
}

static bool is_permissive(const char *licence)
{
	for (size_t i = 0; i < ARRAY_SIZE(permissive); i++)
		if (!strcasecmp(licence, permissive[i]))
			return true;
	return false;
}

static bool can_be_combined(const char *one, const char *other)
{
	return !strcmp(one, other) ||
	       (licence_is_gpl(one) && licence_is_gpl(other));
}

const char *licence_combine(const char *const *licences, size_t nr, size_t *a,
			    size_t *b)
{
	size_t first = nr; /* of those that are not permissive */

	for (size_t i = 0; i < nr; i++) {
		if (is_permissive(licences[i]))
			continue;
		if (first == nr)
			first = i;
		if (!can_be_combined(licences[first], licences[i])) {
			*a = first;
			*b = i;
			return NULL;
		}
	}
	if (first == nr)
		return nr ? licences[0] : "";
	return licence_is_gpl(licences[first]) ? "GPL" : licences[first];
}
