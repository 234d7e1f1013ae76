/* SPDX-License-Identifier: LGPL-2.1-only */
/* run.h - one packet through a program */
#ifndef RUN_H
#define RUN_H

#include <stdint.h>

/* Says why BPF_PROG_TEST_RUN failed for a packet of that length; returns err. */
int run_failed(int err, uint32_t length);

#endif
