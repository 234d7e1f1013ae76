/* SPDX-License-Identifier: GPL-2.0-only */
/* chance.h - numbers by chance, the same in every run */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdbool.h>
#include <stdint.h>

static uint64_t state_of_chance = 1;

/* splitmix64 */
static inline uint64_t chance(void)
{
	uint64_t z = state_of_chance += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline unsigned int below(unsigned int limit)
{
	return chance() % limit;
}

static inline bool one_in(unsigned int n)
{
	return !below(n);
}

#endif
