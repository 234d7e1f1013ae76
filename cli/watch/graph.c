// SPDX-License-Identifier: GPL-2.0-only
/* graph - the last rounds of a number as a graph */
#include <string.h>

#include "draw.h"

static double highest(const struct history *history)
{
	double most = 0;

	for (unsigned int age = 0; age < DRAW_GRAPH; age++)
		if (history_rate(history, age) > most)
			most = history_rate(history, age);
	return most;
}

/* Zero lies on the ground; anything more does not. */
static int level(double rate, double most)
{
	int step = most > 0 ? (int)(rate / most * 7 + 0.5) : 0;

	return rate > 0 && !step ? 1 : step;
}

void draw_graph(const struct history *history, bool utf8, char *text)
{
	static const char ascii[] = "_.,-=+*#";
	double most = highest(history);

	for (unsigned int age = DRAW_GRAPH; age-- > 0;) {
		double rate = history_rate(history, age);

		if (rate < 0)
			*text++ = ' ';
		else if (!utf8)
			*text++ = ascii[level(rate, most)];
		else /* U+2581 to U+2588 */
			text += sprintf(text, "\xe2\x96%c",
					0x81 + level(rate, most));
	}
	*text = '\0';
}
