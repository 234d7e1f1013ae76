// SPDX-License-Identifier: GPL-2.0-only
/* mark - what all lines have: the object that they are about, and a history */
#include <stdlib.h>
#include <string.h>

#include "watch.h"

void watch_rename(char **name, const char *to)
{
	if (*name && !strcmp(*name, to))
		return;
	free(*name);
	*name = need_memory(strdup(to));
}

/* ---- history ---- */

void history_add(struct history *history, double rate)
{
	history->rates[history->nr++ % WATCH_HISTORY] = rate;
}

double history_rate(const struct history *history, unsigned int age)
{
	if (age >= history->nr || age >= WATCH_HISTORY)
		return -1;
	return history->rates[(history->nr - 1 - age) % WATCH_HISTORY];
}

/* ---- the object that a line is about ---- */

bool mark_see(struct mark *mark, uint32_t id)
{
	uint32_t before = mark->id;

	mark->absent = 0;
	mark->id = id;
	if (before == id)
		return false;
	if (before) {
		mark->renewed_from = before;
		mark->tell = WATCH_TELL;
	}
	return true;
}

void mark_begin(struct mark *mark)
{
	mark->absent++;
	if (mark->tell && !--mark->tell)
		mark->renewed_from = 0;
}
