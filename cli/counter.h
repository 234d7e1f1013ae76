/* SPDX-License-Identifier: GPL-2.0-only */
/* counter.h - numbers that go up, and how fast */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum counter_state {
	COUNTER_UNSEEN, /* zeroed memory is one that was never seen */
	COUNTER_NEW,	/* seen once: there is no rate yet */
	COUNTER_MOVING, /* .rate is how fast it went up; it may be 0 */
	COUNTER_RESET,	/* it went down: somebody has set it back */
};

struct counter {
	uint64_t value;
	double rate; /* a second; 0 unless it is moving */
	enum counter_state state;
};

/* A counter of `bits` has this value now, `seconds` after it was seen last.
 * One that has gone all the way round has gone up. */
void counter_see(struct counter *counter, uint64_t value, unsigned int bits,
		 double seconds);

/*
 * Likewise with several of 64 bits that belong together: if one of them was set
 * back they all were, for the sum of some that were and some that were not is
 * no number.  Whether they have rates.
 */
bool counters_see(struct counter *counters, const uint64_t *values, size_t nr,
		  double seconds);

#endif
