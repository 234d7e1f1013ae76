// SPDX-License-Identifier: GPL-2.0-only
/* counter - numbers that go up, and how fast */
#include "counter.h"

static uint64_t largest(unsigned int bits)
{
	return bits < 64 ? (1ull << bits) - 1 : UINT64_MAX;
}

/* From near the end to near the beginning: one that was set back elsewhere in
 * its range is far more likely than one that has run through most of it. */
static bool went_round(uint64_t then, uint64_t now, unsigned int bits)
{
	uint64_t margin = largest(bits) / 16;

	return then > largest(bits) - margin && now < margin;
}

void counter_see(struct counter *counter, uint64_t value, unsigned int bits,
		 double seconds)
{
	uint64_t then = counter->value;

	counter->value = value;
	counter->rate = 0;
	if (counter->state == COUNTER_UNSEEN || seconds <= 0) {
		counter->state = COUNTER_NEW;
		return;
	}
	if (value < then && !went_round(then, value, bits)) {
		counter->state = COUNTER_RESET;
		return;
	}
	counter->state = COUNTER_MOVING;
	counter->rate = ((value - then) & largest(bits)) / seconds;
}

bool counters_see(struct counter *counters, const uint64_t *values, size_t nr,
		  double seconds)
{
	enum counter_state worst = COUNTER_MOVING;

	for (size_t i = 0; i < nr; i++) {
		counter_see(&counters[i], values[i], 64, seconds);
		if (counters[i].state == COUNTER_RESET ||
		    worst == COUNTER_MOVING)
			worst = counters[i].state;
	}
	for (size_t i = 0; i < nr && worst != COUNTER_MOVING; i++) {
		counters[i].state = worst;
		counters[i].rate = 0;
	}
	return worst == COUNTER_MOVING;
}
