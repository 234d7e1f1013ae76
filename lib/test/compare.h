/* SPDX-License-Identifier: LGPL-2.1-only */
/* compare.h - a packet beside the one that was expected, field by field */
#ifndef TEST_COMPARE_H
#define TEST_COMPARE_H

#include "test.h"

/* What a packet is to be like. */
struct wanted {
	const uint8_t *bytes, *mask; /* of the bits that matter; NULL: all */
	size_t length;
	bool is_open;	  /* any bytes may follow */
	size_t wrong_sum; /* bit of a checksum that is to be right; 0: none */
	const struct xdplab_packet *layers; /* NULL: as the bytes say */
};

bool wanted_is(const struct wanted *wanted, const uint8_t *got, size_t length);
/* Fills in the failure: the first field that differs, and all in rows. */
int wanted_compare(const struct wanted *wanted, const uint8_t *got,
		   size_t length, struct test_failure *failure);

#endif
