// SPDX-License-Identifier: LGPL-2.1-only
/*
 * cause - the line that is the reason for what goes wrong
 *
 * A check that is there no more lets packets go on to all sorts of lines: it is
 * one reason, and known by that the new version has no such line.
 */
#include <string.h>

#include "fuzz.h"

/* Numbers of lines change when others are put above them. */
static bool same_text(const char *one, const char *other)
{
	one += strspn(one, " \t");
	other += strspn(other, " \t");
	return !strcmp(one, other);
}

static bool has_line(const struct fuzz_version *version,
		     const struct source_line *line)
{
	const struct xdplab_tests *tests = version->tests;

	for (size_t i = 0; i < tests->nr_counted; i++) {
		const struct counting *counting = tests->counted[i];
		const struct source_line *lines = counting_lines(counting);
		size_t nr = counting_original(counting)->nr_lines;

		for (size_t k = 0; k < nr; k++)
			if (same_text(lines[k].text, line->text))
				return true;
	}
	return false;
}

const struct source_line *fuzz_cause(const struct fuzz_target *target,
				     const struct fuzz_wrong *wrong)
{
	const struct source_line *old = wrong->old_line;

	if (!wrong->line || !old)
		return wrong->line ?: old;
	return has_line(&target->old, wrong->line) &&
			       !has_line(&target->now, old)
		       ? old
		       : wrong->line;
}
